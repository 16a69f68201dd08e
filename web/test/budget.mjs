// Proves after a build that the first route stays within 250 kB of compressed script: the
// entry, what it imports, the catalogue and the first page with what they import.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limit = 250_000;
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const first = ['index.html', 'src/root.tsx', 'src/page/today.tsx', 'src/i18n/zh.ts', 'node_modules/antd/es/locale/zh_CN.js'];
const files = new Set();
function take(key) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`no chunk ${key}`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const next of chunk.imports ?? []) take(next);
}
first.forEach(take);
const size = (f) => gzipSync(readFileSync(`dist/${f}`), { level: 9 }).length;
const sum = [...files].reduce((n, f) => n + size(f), 0);
console.log(`first route: ${files.size} scripts, ${(sum / 1000).toFixed(1)} kB gzip of ${limit / 1000}`);
if (process.argv.includes('-v')) for (const f of files) console.log(`  ${(size(f) / 1000).toFixed(1)}  ${f}`);
if (sum > limit) process.exit(1);

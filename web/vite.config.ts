import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { en } from './src/i18n/en.ts';
import { zh } from './src/i18n/zh.ts';

// The plain page for older browsers is written before any script runs: its words come from
// the catalogues at build time.
function words(): Plugin {
  return {
    name: 'chengshu-words',
    transformIndexHtml: (html) =>
      html
        .replaceAll('%title%', zh.app.title)
        .replaceAll('%demo.zh%', zh.shell.demo)
        .replaceAll('%demo.en%', en.shell.demo)
        .replaceAll('%old.zh%', zh.app.old)
        .replaceAll('%old.en%', en.app.old),
  };
}

// The entry fetches these at once: the browser may begin while it reads the head.
const soon = ['src/root.tsx', 'src/page/today.tsx'];

/** Names in the head the scripts that every window needs, and what they import. */
function preloads(): Plugin {
  return {
    name: 'chengshu-preloads',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) => {
        const chunks = Object.values(bundle).filter((c) => c.type === 'chunk');
        const files = new Set<string>();
        const take = (file: string) => {
          if (files.has(file)) return;
          files.add(file);
          chunks.find((c) => c.fileName === file)?.imports.forEach(take);
        };
        for (const c of chunks) if (soon.some((s) => c.facadeModuleId?.endsWith(`/${s}`))) take(c.fileName);
        return [...files].map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}`, nonce: '__NONCE__' }, injectTo: 'head' as const }));
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), words(), preloads()],
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'chrome92',
    cssTarget: 'chrome92',
    reportCompressedSize: false,
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: Object.fromEntries(['/api', '/data'].map((path) => [path, process.env.CHENGSHU_URL ?? 'http://127.0.0.1:8081'])) },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});

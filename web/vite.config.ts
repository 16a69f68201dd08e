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

export default defineConfig({
  plugins: [react(), words()],
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

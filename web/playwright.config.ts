import { defineConfig } from '@playwright/test';
import { districts, own, workers } from './e2e/users';

// Runs against demo districts that are already up (CHENGSHU_URL), a worker for each
// but the one that stands still.
// Debian's Chromium, no download.
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/setup.ts',
  outputDir: 'test-results/runs',
  workers,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  use: {
    baseURL: districts[own]?.url,
    storageState: districts[own]?.session, // of the demo's data administrator
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    trace: 'off',
    actionTimeout: 90_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});

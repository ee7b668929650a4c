// How the browser tests run: Debian's Chromium, one worker, one `paifang serve` started by fixtures/paifang.ts.

import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "./tests",
  outputDir: "./artifacts/results",
  reporter: [["list"], ["html", { outputFolder: "./artifacts/report", open: "never" }]],
  // Many times what anything takes on a machine of its own.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // The tests of one worker share a server, and two cores are busy with one browser and one server.
  fullyParallel: false,
  workers: 1,
  // A test that fails now and then is a defect.
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  use: {
    browserName: "chromium",
    locale: "en-US",
    timezoneId: "UTC",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
      ],
    },
  },
  projects: [
    { name: "chromium" },
    // Tests tagged @no-js hold without JavaScript too, and before hydration has finished.
    { name: "without-javascript", grep: /@no-js/, use: { javaScriptEnabled: false } },
  ],
});

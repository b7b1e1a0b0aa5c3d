import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const unit = ["src", "test/unit"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`),
);

/**
 * Tests that replace a module or a function of one need modules of their own. All others share those of their process: to
 * load them anew for each of three hundred files takes as long as the tests.
 */
const alone = unit.filter((file) => /\bvi\.(?:mock|doMock|resetModules)\(/.test(readFileSync(file, "utf8")));

/** With `npm run test:long`: those of minutes, too (test/support/long.ts). */
const long = process.env.PIDREG_LONG !== undefined;

/** Unit tests stand beside the code; slow statistical and end-to-end tests live in test/. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: unit.filter((file) => !alone.includes(file)), isolate: false } },
      { test: { name: "alone", include: alone } },
      {
        test: {
          name: "slow",
          include: ["slow", ...(long ? ["long"] : [])].map((folder) => `test/${folder}/**/*.test.ts`),
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ].map(({ test }) => ({ test: { testTimeout: 30_000, ...test } })),
    pool: "forks",
    maxWorkers: 2,
  },
});

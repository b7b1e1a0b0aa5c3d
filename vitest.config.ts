import { defineConfig } from "vitest/config";

/** Unit tests stand beside the code; slow statistical and end-to-end tests live in test/. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/unit/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "slow",
          include: ["test/slow/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
    pool: "forks",
    maxWorkers: 2,
  },
});

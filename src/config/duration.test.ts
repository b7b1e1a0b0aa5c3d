import { describe, expect, it } from "vitest";
import { durationMs } from "./duration.js";

describe("a length of time", () => {
  it.each([
    ["90s", 90_000],
    ["30min", 1_800_000],
    ["24h", 86_400_000],
    ["1.5 h", 5_400_000],
    [" 7d ", 604_800_000],
    ["2 weeks", 1_209_600_000],
    ["1 day", 86_400_000],
  ])("%j is read", (text, ms) => expect(durationMs(text)).toBe(ms));

  // A month and a year differ in length, "m" may be either minutes or months, and a bare number is rows.
  it.each(["1 month", "1y", "5m", "24", "-1h", "h", "", "1h30min", "toString"])("%j is none", (text) =>
    expect(durationMs(text)).toBeUndefined(),
  );
});

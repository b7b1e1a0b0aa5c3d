import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { decodingTold } from "./decoding-lines.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("decoding is told every few seconds with its speed, and at its end; few files without a word", () => {
  const lines: string[] = [];
  const told = decodingTold((text) => void lines.push(text));
  for (let done = 0; done <= 1000; done++) {
    told("photo", done, 1000);
    vi.advanceTimersByTime(10);
  }
  expect(lines).toEqual([
    "photo: 500 of 1000 files decoded, 100 a second",
    "photo: 1000 of 1000 files decoded, 100 a second",
  ]);
  for (let done = 0; done <= 20; done++) told("scan", done, 20);
  expect(lines).toHaveLength(2);
  told("out of core", 0, 500, "rows written to disk");
  vi.advanceTimersByTime(10_000);
  told("out of core", 500, 500, "rows written to disk");
  expect(lines[2]).toBe("out of core: 500 of 500 rows written to disk, 50 a second");
});

it("what reads a table of unknown length says how much was read, and what follows has a speed of its own", () => {
  const lines: string[] = [];
  const told = decodingTold((text) => void lines.push(text));
  told("out of core", 0, null, "rows read for the sample");
  vi.advanceTimersByTime(10_000);
  told("out of core", 1000, null, "rows read for the sample");
  told("out of core", 0, 1000, "rows written to disk");
  vi.advanceTimersByTime(5000);
  told("out of core", 1000, 1000, "rows written to disk");
  expect(lines).toEqual([
    "out of core: 1000 rows read for the sample, 100 a second",
    "out of core: 1000 of 1000 rows written to disk, 200 a second",
  ]);
});

import { expect, it } from "vitest";
import { duration } from "./duration.js";

it.each([
  [0.2, "1s"],
  [59, "59s"],
  [60, "1m 00s"],
  [3599.5, "1h 00m"],
  [11245, "3h 07m"],
  [353000, "4d 02h"],
])("writes %d seconds as %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

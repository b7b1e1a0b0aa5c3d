import { describe, expect, it } from "vitest";
import { alike, within, withinText } from "./alike.js";

describe("numbers of one sentence", () => {
  it.each([
    [0.2134, 6.58e-5, 0.485, "0.213", "<0.001", "0.485"],
    [4.59, 0.0714, 9.11, "4.59", "0.07", "9.11"],
    [-5.37, -11.9, 1.14, "−5.4", "−11.9", "1.1"],
    [0.01, -0.002, 1.4, "0.01", "0", "1.40"],
    [12345.6, 11000, 14000.2, "12\u2009346", "11\u2009000", "14\u2009000"],
    [0, 0, 0, "0", "0", "0"],
    [2e-6, 1e-6, 3e-6, "2.00e−6", "1.00e−6", "3.00e−6"],
  ])("%d (%d to %d) share their decimals", (value, low, high, ...written) => {
    const { value: own, low: from, high: to } = within({ value, low, high });
    expect([own, from, to]).toEqual(written);
  });

  it("are as precise as the largest deserves", () => {
    expect([0.5, 120.4].map(alike([0.5, 120.4]))).toEqual(["1", "120"]);
    // 9.996 rounds to 10.0: three digits of what is shown
    expect(alike([9.996])(9.996)).toBe("10.0");
  });

  it("stand in a cell as in a sentence", () => {
    const difference = { value: -0.671, low: -1.126, high: -0.263 };
    expect(withinText(difference)).toBe("\u22120.67 (\u22121.13 to \u22120.26)");
    expect(withinText({ value: 0.0004, low: -13.564, high: 12 })).toBe("<0.1 (\u221213.6 to 12.0)");
  });
});

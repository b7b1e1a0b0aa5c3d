import { describe, expect, it } from "vitest";
import { Amount, amount, percent, sharedFormat } from "./amount.js";
import { html, table } from "./html.js";

const written = (...values: number[]) => {
  const amounts = values.map((value) => new Amount(value));
  return amounts.map(sharedFormat(amounts));
};

describe("numbers of one column", () => {
  it.each([
    [
      [8.94, 97.32, 121.4],
      ["8.94", "97.32", "121.40"],
    ],
    [
      [0.0481, 12.3],
      ["0.048", "12.300"],
    ],
    [
      [-0.21, 1.5, 0],
      ["\u22120.210", "1.500", "0.000"],
    ],
    [
      [12345, 20],
      ["12\u2009345", "20"],
    ],
    // Rounded to 0 it has no sign.
    [
      [-0.0004, 0.0004, 30],
      ["\u22124.00e\u22124", "4.00e\u22124", "3.00e+1"],
    ],
    [
      [2e8, 3],
      ["2.00e+8", "3.00e+0"],
    ],
    [
      [0, 0],
      ["0", "0"],
    ],
  ])("%o", (values, expected) => {
    expect(written(...values)).toEqual(expected);
  });

  it("are percentages with a decimal in all or in none", () => {
    const shares = [0.5, 0.051, 0].map((share) => new Amount(share, "percent"));
    expect(shares.map(sharedFormat(shares))).toEqual(["50.0 %", "5.1 %", "0.0 %"]);
    const whole = [0.5, 0.62].map((share) => new Amount(share, "percent"));
    expect(whole.map(sharedFormat(whole))).toEqual(["50 %", "62 %"]);
  });

  it("share them within cells and over rows, column by column", () => {
    const { text } = table(
      [
        ["a", "text"],
        ["b", "number"],
        ["c", "number"],
      ],
      [
        ["x", [amount(0.5), " (", amount(-12.25), " to ", amount(3), ")"], amount(7)],
        ["y", html`<b>${amount(1)}</b>`, amount(null)],
        ["z", percent(null), amount(10.5)],
      ],
    );
    expect(text).toContain("0.500 (\u221212.250 to 3.000)");
    expect(text).toContain(">7.00<");
    expect(text).toContain(">10.50<");
    expect(text).toContain("not defined");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RunError } from "../errors.js";
import { csvText } from "./csv.js";
import { guarded, unguarded } from "./formula-guard.js";
import { parseCsv } from "./parse-csv.js";

describe("cells that a spreadsheet would run", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["-sub01", "'-sub01"],
    ["+cmd", "'+cmd"],
    ["\tx", "'\tx"],
    ["\r=x", "'\r=x"],
    ["\n=x", "'\n=x"],
    ["＝1", "'＝1"],
    ["'=1", "''=1"],
    ["''-x", "'''-x"],
    ["'-5", "''-5"],
    // plain numbers, and text that no spreadsheet runs
    ["-5", "-5"],
    ["+4.5", "+4.5"],
    ["-1e-3", "-1e-3"],
    ["'quoted'", "'quoted'"],
    ["sub-01", "sub-01"],
    ["", ""],
  ])("%j is written as %j", (text, cell) => {
    expect(guarded(text)).toBe(cell);
    expect(unguarded(cell)).toBe(text);
  });

  it("come back as they were, through a file, whatever they hold", () => {
    const piece = fc.constantFrom("'", "=", "+", "-", "@", "\t", "\r", "\n", '"', ",", "1", "5", ".", "e", "a", " ");
    const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, (name, cell) => {
        const { header, rows } = parseCsv(csvText([name, "n"], [[cell, 1]], "t"), "t");
        for (const written of [header[0], rows[0][0]]) {
          expect(/^[=+\-@\t\r\n]/.test(written) && !Number.isFinite(Number(written))).toBe(false);
        }
        expect([header[0], rows[0][0]].map(unguarded)).toEqual([name, cell]);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });
});

describe("csvText", () => {
  it("writes numbers with all digits, negative ones too, and null as an empty cell", () => {
    expect(
      csvText(
        ["id", "y"],
        [
          ["a", -0.1],
          ["b", null],
          ["c", 1e-7],
        ],
        "t",
      ),
    ).toBe("id,y\na,-0.1\nb,\nc,1e-7\n");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses %d, naming row and column",
    (bad) => {
      const write = () =>
        csvText(
          ["id", "y.prediction"],
          [
            ["s1", 1],
            ["s2", bad],
          ],
          "new.csv",
        );
      expect(write).toThrow(RunError);
      expect(write).toThrow(`new.csv: row 2 (id "s2"), column "y.prediction" is ${bad}; expected a finite number`);
    },
  );
});

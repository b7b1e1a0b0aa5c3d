import { describe, expect, it } from "vitest";
import { rankedInputs } from "../../../test/support/ranked-inputs.js";
import { nearConstantMessages } from "./near-constant.js";
import { fitPreprocessor } from "./preprocessor.js";

const rows = 1000;
/** Columns by the value of each row. */
function table(columns: Readonly<Record<string, (row: number) => number>>) {
  const names = Object.keys(columns);
  const values = Float64Array.from({ length: rows * names.length }, (_, i) =>
    columns[names[i % names.length]](Math.floor(i / names.length)),
  );
  return { modalities: [{ name: "blood", columns: names, values }] };
}
const messages = (columns: Parameters<typeof table>[0], trainRows = Array.from({ length: rows }, (_, i) => i)) => {
  const dataset = table(columns);
  const config = { missing: "mean", missingIndicator: false, inputs: rankedInputs() } as const;
  return nearConstantMessages(dataset, trainRows, fitPreprocessor(dataset, trainRows, config));
};

describe("nearConstantMessages", () => {
  it("names columns in which one value fills more than 99 % of the training rows", () => {
    expect(
      messages({
        rare: (row) => Number(row % 200 === 7),
        border: (row) => Number(row % 100 === 7),
        common: (row) => row % 3,
        constant: () => 4,
      }),
    ).toEqual([
      'modality "blood": 1 column has one value in more than 99 % of the training rows: rare; what they tell rests on ' +
        "the few other rows",
    ]);
  });

  it("looks at training rows with a value only", () => {
    const gaps = (row: number) => (row < 600 ? Number.NaN : Number(row === 700));
    expect(messages({ gaps, other: (row) => row })[0]).toContain("training rows: gaps;");
    const late = (row: number) => Number(row >= 500 && row % 2 === 0);
    const early = Array.from({ length: 503 }, (_, i) => i);
    expect(messages({ late, other: (row) => row }, early)[0]).toContain("training rows: late;");
    expect(messages({ late, other: (row) => row })).toEqual([]);
  });

  it("names ten of many", () => {
    const many = Object.fromEntries(
      Array.from({ length: 13 }, (_, k) => [`c${k}`, (row: number) => Number(row === k)]),
    );
    expect(messages(many)[0]).toMatch(/13 columns have .*: c0, .*, c9 and 3 more; /);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rankedInputs } from "../../../test/support/ranked-inputs.js";
import { type DataConfigInput, dataSchema } from "../../config/data.js";
import { loadDataset } from "../load-dataset.js";
import { applyPreprocessor, fitPreprocessor } from "../prepare/preprocessor.js";
import { accountForMissing } from "./missing-values.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-missing-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Row 2 lacks all of `a`, row 3 one value of it, row 5 has no target; `a3` never varies. */
const gaps = "y,a1,a2,a3,b1\n1,1,9,3,1\n2,,,,2\n3,3,,3,3\n4,4,2,3,\n,,,,\n5,5,7,3,5\n6,6,1,3,4\n";
const whole = "y,a1,a2,a3,b1\n1,1,9,3,1\n2,3,4,3,2\n3,3,8,3,3\n";

/** The account of a table whose rows all train. */
async function account(text: string, missing: "error" | "drop" | "mean", options: { tells?: boolean } = {}) {
  const absentModalities = options.tells === true;
  writeFileSync(path.join(folder, "t.csv"), text);
  const modalities = { a: { columns: ["a*"] }, b: { columns: ["b1"] } };
  const data = dataSchema.parse({ file: "t.csv", target: "y", modalities, missing } satisfies DataConfigInput);
  const dataset = await loadDataset(data, folder, { absentModalities });
  const rows = Int32Array.from({ length: dataset.rows }, (_, i) => i);
  const preprocessor = fitPreprocessor(dataset, rows, { ...data, inputs: rankedInputs(data.inputs) });
  const { inputs } = applyPreprocessor(preprocessor, dataset, { absentModalities });
  const read = absentModalities ? inputs : inputs.map(({ present: _, ...input }) => input);
  return accountForMissing(data, dataset, preprocessor, read);
}

describe("missing values", () => {
  it("are counted per modality on the rows with a target, columns with most first", async () => {
    expect(await account(gaps, "mean")).toEqual({
      policy: "mean",
      rows: 6,
      rowsWithGaps: 3,
      modalities: {
        a: {
          ...{ columns: 3, values: 4, rows: 2, absentRows: 1, columnsWithGaps: 3 },
          most: [
            { column: "a2", values: 2 },
            { column: "a1", values: 1 },
            { column: "a3", values: 1 },
          ],
        },
        b: {
          ...{ columns: 1, values: 1, rows: 1, absentRows: 1, columnsWithGaps: 1 },
          most: [{ column: "b1", values: 1 }],
        },
      },
      rowsDropped: 0,
      // a1 and a2 of row 2, a2 of row 3, b1 of row 4; a3 is constant and left out
      filled: 4,
      rowsWithoutModality: 0,
    });
  });

  it("are counted before rows are dropped", async () => {
    const found = await account(gaps, "drop");
    expect(found).toMatchObject({ policy: "drop", rows: 6, rowsWithGaps: 3, rowsDropped: 3, filled: 0 });
    expect(found.modalities.a).toMatchObject({ values: 4, rows: 2 });
  });

  it("are none in a complete table", async () => {
    const none = { values: 0, rows: 0, absentRows: 0, columnsWithGaps: 0, most: [] };
    expect(await account(whole, "error")).toEqual({
      ...{ policy: "error", rows: 3, rowsWithGaps: 0, rowsDropped: 0, filled: 0, rowsWithoutModality: 0 },
      modalities: { a: { columns: 3, ...none }, b: { columns: 1, ...none } },
    });
  });

  it("of whole modalities are not filled where the network knows of them", async () => {
    expect(await account(gaps, "mean", { tells: true })).toMatchObject({
      ...{ rows: 6, rowsDropped: 0, rowsWithoutModality: 2 },
      filled: 1, // a2 of row 3
    });
    // Row 3 misses a single value and goes; rows 2 and 4 stay.
    expect(await account(gaps, "drop", { tells: true })).toMatchObject({
      ...{ rowsWithGaps: 3, rowsDropped: 1, rowsWithoutModality: 2, filled: 0 },
    });
  });

  it("names the five columns with most missing values", async () => {
    const names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7"];
    // Column k misses its values in the first k rows.
    const lines = Array.from({ length: 9 }, (_, i) => [i, ...names.map((_, k) => (i < k ? "" : i)), 2 * i].join(","));
    const found = await account(`y,${names.join(",")},b1\n${lines.join("\n")}\n`, "mean");
    expect(found.modalities.a).toMatchObject({ values: 21, columnsWithGaps: 6 });
    expect(found.modalities.a.most.map(({ column, values }) => `${column} ${values}`)).toEqual([
      ...["a7 6", "a6 5", "a5 4", "a4 3", "a3 2"],
    ]);
  });
});

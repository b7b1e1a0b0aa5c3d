import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { Rng } from "../math/rng.js";
import { sizeFaults } from "./part-sizes.js";
import { prepareRun } from "./prepare.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-part-sizes-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What refuses a table whose parts a column names, line by line. @param rows cells of y, a and b by part */
async function refused(name: string, parts: Readonly<Record<string, readonly string[]>>, more: object = {}) {
  const lines = Object.entries(parts).flatMap(([part, rows]) => rows.map((row) => `${row},${part}`));
  writeFileSync(path.join(root, `${name}.csv`), `y,a,b,part\n${lines.join("\n")}\n`);
  const { target = "y", training = {}, ...rest } = more as { target?: unknown; training?: object };
  const config = parseConfig({
    name,
    data: {
      ...{ file: `${name}.csv`, target, split: { by: "column", column: "part" } },
      modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } },
      ...rest,
    },
    model: { latentDim: 4 },
    training,
  });
  const error = await prepareRun(config, root, new Rng(1)).then(
    () => new Error("nothing is wrong"),
    (reason: Error) => reason,
  );
  return error.message.split("\n");
}

const rng = new Rng("sizes");
const cell = () => rng.normal().toFixed(3);
const rows = (count: number, y: (i: number) => string | number = cell) =>
  Array.from({ length: count }, (_, i) => `${y(i)},${cell()},${cell()}`);

describe("parts of too few rows", () => {
  const sizes = (train: number, validation: number, test: number, latentDim = 64) =>
    sizeFaults(
      { model: { latentDim } } as Parameters<typeof sizeFaults>[0],
      { train: { length: train }, validation: { length: validation }, test: { length: test } },
      1,
    );

  it("are all told at once, with what they need together", () => {
    expect(sizes(65, 30, 3)).toEqual([]);
    expect(sizes(42, 6, 1)).toEqual([
      expect.stringMatching(/^the training part has 42 rows, too few for model\.latentDim = 64/),
      expect.stringMatching(/^the validation part has 6 rows; .* need at least 30\. Enlarge data\.split\.validation/),
      expect.stringMatching(/^the test part has 1 row; its atoms need at least 3/),
      "a training needs at least 65 training rows (model.latentDim + 1), 30 validation rows and 3 test rows, together 98; these parts have " +
        "49: use more rows, or set model.latentDim to 15 or less, and data.split to match",
    ]);
    expect(sizes(30, 0, 0).slice(1)).toEqual([
      expect.stringMatching(/^the validation part has no rows/),
      expect.stringMatching(/^the test part has no rows/),
      expect.stringMatching(/these parts have 30: use more rows$/),
    ]);
  });

  it("of one part alone are told alone where the others can spare rows, else with what all need", () => {
    expect(sizes(300, 6, 60)).toEqual([expect.stringMatching(/^the validation part has 6 rows/)]);
    // rows for the validation part would be taken from training rows that are needed too
    expect(sizes(66, 20, 4)).toEqual([
      expect.stringMatching(/^the validation part has 20 rows/),
      expect.stringMatching(/together 98; these parts have 90: use more rows, or set model\.latentDim to 56 or less/),
    ]);
    expect(sizes(20, 20, 80)).toEqual([
      expect.stringMatching(/^the training part/),
      expect.stringMatching(/^the validation part/),
      expect.stringMatching(/together 98; these parts have 120: deal them out by data\.split$/),
    ]);
  });

  it("are told with targets that are the same, and classes that a part lacks, by a training", async () => {
    const constant = await refused("constant", {
      train: rows(40),
      validation: rows(5, () => 1),
      test: rows(2, () => 2),
    });
    expect(constant).toEqual([
      expect.stringMatching(/the validation part has 5 rows;/),
      expect.stringMatching(/the test part has 2 rows;/),
      expect.stringMatching(/a training needs at least 5 training rows .* these parts have 47: deal them out/),
      expect.stringMatching(/target "y" is 1 in all 5 rows of the validation part/),
      expect.stringMatching(/target "y" is 2 in all 2 rows of the test part/),
    ]);
    const letters = (i: number) => "abcd"[i % 4];
    const classes = await refused(
      "classes",
      { train: rows(40, letters), validation: rows(20, (i) => "ab"[i % 2]), test: rows(30, (i) => "abc"[i % 3]) },
      { target: { column: "y", kind: "class" } },
    );
    expect(classes).toEqual([
      expect.stringMatching(/the validation part has 20 rows;/),
      'data.target: classes "c" (20), "d" (10) of "y" have no row in the validation part (in brackets their rows in the whole table). ' +
        "Deal the rows out another way (data.split: another seed, larger parts, or by: column), write rare classes as one, or leave these classes out " +
        'with data.missingValues: ["c", "d"].',
      'data.target: class "d" of "y" has no row in the test part (10 in the whole table). Deal the rows out another way (data.split: another ' +
        'seed, larger parts, or by: column), write rare classes as one, or leave the class out with data.missingValues: ["d"].',
    ]);
  });

  it("are told of every part whose rows lack a modality", async () => {
    const gappy = (count: number, whole: number) =>
      rows(count).map((row, i) => (i < whole ? row : row.replace(/[^,]*$/, "")));
    const lacking = await refused(
      "gaps",
      { train: rows(40), validation: gappy(40, 20), test: gappy(40, 1) },
      { training: { modalityDropout: 0.2 } },
    );
    expect(lacking).toEqual([
      expect.stringMatching(/^20 of the 40 rows of the validation part/),
      expect.stringMatching(/^1 of the 40 rows of the test part/),
    ]);
  });

  it("stand behind what was left out of the table", async () => {
    const some = rows(40).map((row, i) => (i % 2 === 0 ? row : row.replace(/^[^,]*/, "")));
    const told = await refused("losses", { train: some, validation: rows(5), test: rows(1) });
    expect(told[0]).toMatch(/^left out 20 rows .* Then: the validation part has 5 rows;/);
    expect(told[1]).toMatch(/^the test part has 1 row/);
  });
});

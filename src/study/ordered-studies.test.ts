import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriesConfig, seriesCsv, seriesOf } from "../../test/support/series-table.js";
import { parseConfig } from "../config/load.js";
import type { SavedSplit } from "../data/dataset.js";
import { InputError } from "../errors.js";
import { ablateDesign } from "./ablate.js";
import { crossvalDesign, openCrossval } from "./crossval.js";
import { openSelect, selectDesign } from "./select.js";

const baseFolder = mkdtempSync(path.join(tmpdir(), "pidreg-ordered-"));
afterAll(() => rmSync(baseFolder, { recursive: true }));
beforeAll(() => writeFileSync(path.join(baseFolder, "series.csv"), seriesCsv(seriesOf(240, 0.97))));

const timed = (split: object = {}) =>
  parseConfig(seriesConfig({ order: "when", split: { by: "time", gap: "5h", ...split } }));
const hours = (ids: readonly string[]) => ids.map(Number);
/** Least distance between rows of two parts, in hours: rows are numbered as they follow each other. */
const distance = (one: readonly string[], other: readonly string[]) =>
  Math.min(...hours(one).flatMap((a) => hours(other).map((b) => Math.abs(a - b))));
function expectApart({ train, validation, test }: SavedSplit) {
  for (const [one, other] of [
    [train, validation],
    [train, test],
    [validation, test],
  ]) {
    expect(distance(one, other)).toBeGreaterThan(5);
  }
}

describe("studies of rows in time", () => {
  it.each([{}, { blocks: 3 }])("a cross-validation tests stretches, with the gap around them: %j", async (split) => {
    const config = timed(split);
    const design = crossvalDesign({ config, baseFolder, folds: 4, repeats: 1 });
    const { splits, facts } = await design.read();
    const folds = Object.values(splits);
    expect(folds.flatMap(({ test }) => hours(test)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 240 }, (_, i) => i + 1),
    );
    folds.forEach(expectApart);
    for (const { train, validation, test, leftOut = [] } of folds) {
      expect(train.length + validation.length + test.length + leftOut.length).toBe(240);
    }
    // Every training is on rows of a file, and its config is one.
    const { first } = openCrossval({ config, options: design.options, facts, splits });
    for (const { config: own } of first) {
      expect(own.data.split).toMatchObject({ by: "file", gap: undefined, blocks: undefined });
      expect(() => parseConfig(JSON.parse(JSON.stringify(own)))).not.toThrow();
    }
  });

  it.each([
    [{ repeats: 2 }, /--repeats 2: folds of data\.split\.by: time are the same/],
    [{ outerGroup: "a1" }, /--outer-group a1: with data\.split\.by: time/],
    [{ folds: 200 }, /cannot fill/],
  ])("a cross-validation refuses %j", async (given, message) => {
    const { read } = crossvalDesign({ config: timed({ blocks: 2 }), baseFolder, folds: 4, repeats: 1, ...given });
    await expect(read()).rejects.toThrow(InputError);
    await expect(read()).rejects.toThrow(message);
  });

  it("selections and ablations keep the rows of the split", async () => {
    const config = timed();
    const selection = selectDesign({ config, baseFolder, repeats: 1, seeds: 1, margin: 0.02, decideOn: "validation" });
    const { splits, facts } = await selection.read();
    expectApart(splits.split);
    expect(splits.split.leftOut).toHaveLength(10);
    const { first } = openSelect({ config, options: selection.options, facts, splits });
    expect(first.map(({ config: own }) => own.data.split.by)).toEqual(["file", "file", "file"]);
    const ablation = await ablateDesign({ config, baseFolder, repeats: 1, seeds: 1 }).read();
    expect(ablation.splits).toEqual(splits);
  });

  it("say so where rows look ordered and no order is given", async () => {
    writeFileSync(path.join(baseFolder, "dated.csv"), seriesCsv(seriesOf(240, 0.97), "date"));
    const config = parseConfig(seriesConfig({ file: "dated.csv" }));
    for (const { read } of [
      crossvalDesign({ config, baseFolder, folds: 4, repeats: 1 }),
      ablateDesign({ config, baseFolder, repeats: 1, seeds: 1 }),
      selectDesign({ config, baseFolder, repeats: 1, seeds: 1, margin: 0.02, decideOn: "validation" }),
    ]) {
      expect((await read()).messages.join()).toMatch(/column "date" have like values of y .* data\.order is not given/);
    }
  });
});

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dataSchema } from "../../src/config/data.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { applyPreprocessor, fitPreprocessor, preprocessorMessages } from "../../src/data/prepare/preprocessor.js";
import { makeSplit } from "../../src/data/split/split.js";
import { Rng } from "../../src/math/rng.js";
import { rankedInputs } from "../support/ranked-inputs.js";

const folder = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const present = existsSync(folder);
if (!present && process.env.CI !== "true") console.warn(`skipped: real tables are not at ${folder}`);

/** Loads, splits and prepares one of the real tables. */
async function prepare(name: string, extra: object) {
  const listing = JSON.parse(readFileSync(path.join(folder, name, "modalities.json"), "utf8"));
  const modalities = Object.fromEntries(
    Object.keys(listing)
      .filter((key) => /^m\d$/.test(key))
      .map((key) => [key, { columns: listing[key] }]),
  );
  const file = path.join(folder, name, "table.csv.gz");
  const config = dataSchema.parse({ file, target: listing.target, modalities, ...extra });
  const data = await loadDataset(config, ".");
  const split = makeSplit(data, config.split, new Rng(1));
  const fitted = fitPreprocessor(data, split.train, { ...config, inputs: rankedInputs(config.inputs) });
  return { data, split, fitted, inputs: applyPreprocessor(fitted, data).inputs };
}

describe.skipIf(!present && process.env.CI !== "true")("real tables", () => {
  it.each([
    ["superconductivity_uci", { group: "composition_group" }, 20970, [81, 77]],
    ["brainage_freesurfer", { group: "site", id: "sub_id" }, 2234, [150, 49]],
    ["nhanes_age", { split: { stratify: 10 } }, 40475, [6, 10, 8]],
    ["gas_turbine_nox", { target: ["NOX", "CO"] }, 36733, [3, 6]],
  ])("%s becomes finite network inputs", async (name, extra, rows, widths) => {
    const { data, split, fitted, inputs } = await prepare(name, extra);
    expect(data.rows).toBe(rows);
    expect(inputs.map((input) => input.width)).toEqual(widths);
    expect(inputs.every((input) => input.values.every((value) => Math.abs(value) <= 5))).toBe(true);
    expect(split.train.length / rows).toBeCloseTo(0.7, 1);
    // Of all columns one is strange: some compositions hold 98 of an element that no other one holds more than 13 of.
    const strange = data.account.sentinels.map((text) => text.replace(/ values; .*/s, ""));
    expect(strange).toEqual(
      name === "superconductivity_uci" ? ['98 lies far outside all other values of column "La" (10 of 20970'] : [],
    );
    expect(data.account.losses).toEqual([]);
    if (name === "superconductivity_uci") {
      expect(data.account.messages[0]).toMatch(/^left out 293 rows \(no value of target critical_temp\): /);
      expect(preprocessorMessages(fitted)[0]).toMatch(/left out 9 columns \(constant .*: He, Ne, Ar/);
    }
  });
});

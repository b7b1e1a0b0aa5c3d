import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { ablateDesign } from "./ablate.js";
import { crossvalDesign } from "./crossval.js";
import { nestedDesign } from "./nested.js";
import { planStudy } from "./plan.js";
import { countingRows } from "./row-counts.js";
import { selectDesign } from "./select.js";
import type { StudyDesign } from "./study.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-counts-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lines = Array.from({ length: 200 }, (_, i) => [i % 8 === 0 ? "" : i % 11, i % 7, (i * 5) % 9].join(","));
writeFileSync(path.join(root, "table.csv"), `y,a,b\n${lines.join("\n")}\n`);
const asked = {
  config: parseConfig({
    name: "few",
    data: { file: "table.csv", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
  }),
  baseFolder: root,
};

it.each<[string, StudyDesign, string]>([
  ["crossval", crossvalDesign({ ...asked, folds: 5, repeats: 1 }), "fold-1: the validation part has 1"],
  ["select", selectDesign({ ...asked, margin: 0.02, decideOn: "validation" }), "repeat-1: the validation part has 1"],
  [
    "select-one",
    selectDesign({ ...asked, repeats: 1, margin: 0.02, decideOn: "test" }),
    "Then: the validation part has 1",
  ],
  [
    "nested",
    nestedDesign({ ...asked, folds: 5, repeats: 1, seeds: 1, margin: 0.02 }),
    "fold-1: the validation part has 1",
  ],
  ["ablate", ablateDesign({ ...asked, repeats: 2 }), "repeat-1: the validation part has 1"],
])("%s refuses parts of too few rows before anything is written", async (name, design, said) => {
  const out = path.join(root, name);
  await expect(planStudy(countingRows(design), { out })).rejects.toThrow(said);
  await expect(planStudy(countingRows(design), { out })).rejects.toThrow(/^left out 25 rows .* Then: /);
  expect(existsSync(out)).toBe(false);
});

it("leaves a study alone whose parts are large enough", async () => {
  const config = {
    ...asked.config,
    data: { ...asked.config.data, split: { ...asked.config.data.split, train: 0.4, validation: 0.4 } },
  };
  const { splits } = await countingRows(ablateDesign({ ...asked, config, repeats: 2 })).read();
  expect(Object.keys(splits)).toEqual(["repeat-1", "repeat-2"]);
});

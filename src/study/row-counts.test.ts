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
import { tuneDesign } from "./tune/tune.js";

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
  [
    "crossval",
    crossvalDesign({ ...asked, folds: 5, repeats: 1 }),
    "fold-1, fold-2, fold-3 and 2 more: the validation part has 1",
  ],
  [
    "select",
    selectDesign({ ...asked, margin: 0.02, decideOn: "validation" }),
    "repeat-1, repeat-2, repeat-3 and 2 more: the validation part has 1",
  ],
  [
    "select-one",
    selectDesign({ ...asked, repeats: 1, margin: 0.02, decideOn: "test" }),
    "Then: the validation part has 1",
  ],
  ["nested", nestedDesign({ ...asked, folds: 5, repeats: 1, seeds: 1, margin: 0.02 }), "the validation part has 1"],
  ["ablate", ablateDesign({ ...asked, repeats: 2 }), "repeat-1, repeat-2: the validation part has 1"],
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

it("tells everything that parts lack at once, every fault with the splits that have it", async () => {
  const few = lines.slice(0, 60);
  writeFileSync(path.join(root, "few.csv"), `y,a,b\n${few.join("\n")}\n`);
  const config = { ...asked.config, data: { ...asked.config.data, file: "few.csv" } };
  const design = crossvalDesign({ ...asked, config, folds: 4, repeats: 1 });
  const refused = planStudy(countingRows(design), { out: path.join(root, "all") });
  const message = await refused.catch((error: Error) => error.message);
  const [losses, ...rest] = String(message).split("\n");
  expect(losses).toMatch(
    /^left out 8 rows .* Then: fold-1, .*: the training part has \d+ rows, too few for model\.latentDim = 64/,
  );
  expect(rest.join("\n")).toMatch(/fold-1, .*: the validation part has \d rows; .* need at least 30/);
  expect(rest.join("\n")).toMatch(
    /: a training needs at least 65 training rows \(model\.latentDim \+ 1\), 30 validation rows and 3 test rows, together 98; these parts have 52: use more rows, or set model\.latentDim to 18 or less/,
  );
});

it("tells the classes that parts lack beside, before a training finds it", async () => {
  const classes = Array.from({ length: 300 }, (_, i) => `${i === 8 ? "odd" : "ab"[i % 2]},${i % 7},${(i * 5) % 9}`);
  writeFileSync(path.join(root, "classes.csv"), `y,a,b\n${classes.join("\n")}\n`);
  const { split } = asked.config.data;
  const data = { ...asked.config.data, file: "classes.csv", target: { column: "y", kind: "class" as const } };
  const config = { ...asked.config, data: { ...data, split: { ...split, validation: 0.01, train: 0.79 } } };
  const messageOf = (design: StudyDesign) =>
    planStudy(countingRows(design), { out: path.join(root, "classes") }).catch((error: Error) => error.message);
  const lacks =
    /: data\.target: class "odd" of "y" has no row in the (training|validation|test) part \(1 in the whole table\)/;
  for (const design of [
    crossvalDesign({ ...asked, config, folds: 3, repeats: 1 }),
    ablateDesign({ ...asked, config, repeats: 2 }),
    selectDesign({ ...asked, config, margin: 0.02, decideOn: "validation" }),
    tuneDesign({ ...asked, config, trials: 1, repeats: 1 }),
    nestedDesign({ ...asked, config, folds: 3, repeats: 1, seeds: 1, margin: 0.02 }),
  ]) {
    const message = await messageOf(design);
    expect(message).toMatch(/the validation part has \d rows?; .* at least 30/);
    expect(message).toMatch(lacks);
  }
});

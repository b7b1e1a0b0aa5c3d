import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { crossvalDesign } from "./crossval.js";
import { crossvalRows } from "./crossval-text.js";
import { markdownText } from "./text-blocks.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-set-aside-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const part = (i: number) => (i % 4 === 0 ? "test" : i % 4 === 1 ? "validation" : "train");
const lines = Array.from({ length: 80 }, (_, i) => `s${i},${i % 11},${(i * 7) % 13},${(i * 5) % 9},${part(i)}`);
writeFileSync(path.join(root, "table.csv"), `id,y,a,b,part\n${lines.join("\n")}\n`);
const ids = (wanted: string) => lines.flatMap((_, i) => (part(i) === wanted ? [`s${i}`] : []));
// Some rows of the table are named for nothing.
const named = { train: ids("train").slice(2), validation: ids("validation"), test: ids("test") };
writeFileSync(path.join(root, "split.json"), JSON.stringify(named));

const configOf = (split: object) =>
  parseConfig({
    name: "locked",
    data: {
      ...{ file: "table.csv", id: "id", target: "y", split },
      modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } },
    },
  });

it.each([
  ["column", { by: "column", column: "part" }, [...ids("train"), ...ids("validation")], 20],
  ["file", { by: "file", file: "split.json" }, [...named.train, ...named.validation], 22],
])("rows that a split by %s keeps from training are in no fold", async (_, split, dealt, setAside) => {
  const asked = { config: configOf(split), baseFolder: root, folds: 3, repeats: 1 };
  const { splits, facts, messages } = await crossvalDesign(asked).read();
  expect(facts).toMatchObject({ setAside });
  expect(messages).toContain(`${setAside} rows that data.split sets aside are in no fold`);
  const folds = Object.values(splits);
  expect(folds.flatMap(({ test }) => test).sort()).toEqual(dealt.toSorted());
  for (const { train, validation, test } of folds) {
    expect([...train, ...validation, ...test].sort()).toEqual(dealt.toSorted());
  }
});

it("the report says how many, and rows that are dealt by shares are all dealt", async () => {
  const asked = { config: configOf({ by: "random" }), baseFolder: root, folds: 2, repeats: 1 };
  const { splits, facts } = await crossvalDesign(asked).read();
  expect(facts).toMatchObject({ setAside: 0 });
  expect(Object.values(splits).flatMap(({ test }) => test)).toHaveLength(80);
  const found = { outerGroup: null, rows: 60, runs: [] };
  const text = (setAside: number) => markdownText(crossvalRows({ ...found, setAside } as never));
  expect(text(20)).toContain("20 rows that data.split sets aside are in no fold.");
  expect(text(1)).toContain("1 row that data.split sets aside is in no fold.");
  expect(text(0)).not.toContain("in no fold");
});

it("two trainings are warned of, and rows of outer groups are not stratified", async () => {
  const config = configOf({ by: "random" });
  const warned = async (folds: number) =>
    (await crossvalDesign({ config, baseFolder: root, folds, repeats: 1 }).read()).warnings;
  expect((await warned(2)).join()).toContain(
    "2 trainings, each on half of the rows: intervals have one degree of freedom",
  );
  expect((await warned(3)).join()).not.toContain("one degree of freedom");
  const stratified = { ...configOf({ by: "random", stratify: 4 }), baseFolder: root };
  const ask = (outerGroup?: string) => () =>
    crossvalDesign({ config: stratified, baseFolder: root, folds: 3, repeats: 1, ...(outerGroup && { outerGroup }) });
  expect(ask("part")).toThrow("whole groups of --outer-group part are balanced in the targets as they are");
  expect(ask()).not.toThrow();
});

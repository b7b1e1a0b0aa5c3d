import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { pooled } from "../../src/executors/processes.js";
import { compareStudies } from "../../src/library/comparisons.js";
import { crossval, selectNested } from "../../src/library/studies.js";
import { compareStudies as armsOf } from "../../src/study/compare/compare-studies.js";
import { studiesJson } from "../../src/study/compare/compared-studies.js";
import { leaveRun } from "../support/left-behind.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-library-studies-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lines = Array.from({ length: 480 }, (_, i) =>
  [i, `site${i % 16}`, (i * 7) % 11, (i * 3) % 7, (i * 5) % 9].join(","),
);
writeFileSync(path.join(root, "table.csv"), `id,site,y,a,b\n${lines.join("\n")}\n`);
const executor = pooled(leaveRun, { jobs: 2 });
const asked = (name: string) => ({
  config: {
    name,
    data: { file: "table.csv", id: "id", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
    model: { latentDim: 3 },
  },
  ...{ baseFolder: root, executor, out: path.join(root, name) },
});

it("compares cross-validations as the command does", async () => {
  const folders = ["one", "two"].map((name) => path.join(root, name));
  for (const name of ["one", "two"]) await crossval({ ...asked(name), folds: 2 });
  const compared = await compareStudies(folders);
  expect(compared).toEqual(studiesJson(await armsOf(folders)));
  expect(compared.paired.map(({ target, config }) => [target, config])).toEqual([["y", "D"]]);
});

it("tests whole groups of a nested selection", async () => {
  const { results } = await selectNested({ ...asked("nested"), folds: 2, outerGroup: "site" });
  expect(results.outerGroup).toBe("site");
  expect(results.runs.map(({ parts }) => parts.test?.groups?.count)).toEqual([8, 8]);
});

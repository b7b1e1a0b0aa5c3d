import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leaveRun } from "../../../test/support/left-behind.js";
import { parseConfig } from "../../config/load.js";
import { pooled } from "../../executors/processes.js";
import { ablateDesign } from "../ablate.js";
import { crossvalDesign } from "../crossval.js";
import { planStudy } from "../plan.js";
import { runStudy } from "../run-study.js";
import { markdownText } from "../text-blocks.js";
import { compareStudies, isStudy } from "./compare-studies.js";
import { studiesJson, studiesText } from "./compared-studies.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-compare-studies-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lines = Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 11},${(i * 3) % 7},${(i * 5) % 9}`);
writeFileSync(path.join(root, "table.csv"), `id,age,a,b\n${lines.join("\n")}\n`);
const configOf = (name: string, more: object = {}) =>
  parseConfig({
    name,
    data: { file: "table.csv", id: "id", target: "age", units: { age: "years" }, modalities: { a: ["a"], b: ["b"] } },
    ...more,
  });
const executor = pooled(leaveRun, { jobs: 1 });
const out = (name: string) => path.join(root, name);
const crossval = (name: string, folds: number, more: object = {}) =>
  runStudy(crossvalDesign({ config: configOf(name, more), baseFolder: root, folds, repeats: 1 }), {
    out: out(name),
    executor,
  });

describe("cross-validations on the same folds", () => {
  beforeAll(async () => {
    await crossval("plain", 2);
    await crossval("small", 2, { model: { latentDim: 4 } });
    await crossval("three", 3);
  });

  it("are paired fold by fold", async () => {
    expect(await isStudy(out("plain"))).toBe(true);
    expect(await isStudy(root)).toBe(false);
    const compared = await compareStudies([out("plain"), out("small")]);
    expect(compared.arms.map(({ letter, label }) => [letter, label])).toEqual([
      ["C", "plain"],
      ["D", "small"],
    ]);
    const text = markdownText(studiesText(compared));
    expect(text).toContain("# 2 cross-validations on the same folds");
    // Runs that were left behind are all the same.
    expect(text).toMatch(/- RMSE of age, D minus C: .*: the same in every fold/);
    expect(studiesJson(compared)).toMatchObject({
      folds: 2,
      configs: [{ folder: out("plain") }, {}],
      paired: [{ config: "D" }],
    });
  });

  it("are refused where folds are other rows, and when they are no cross-validations", async () => {
    await expect(compareStudies([out("plain"), out("three")])).rejects.toThrow(
      /three and .*plain: have 3 and 2 test folds\. Only errors on the same rows can be paired: pidreg crossval A\.yaml B\.yaml/,
    );
    await expect(compareStudies([out("plain")])).rejects.toThrow("at least two study folders, got 1");
    await expect(compareStudies([out("plain"), out("plain")])).rejects.toThrow("is given twice");
    const asked = { config: configOf("ablated"), baseFolder: root };
    await planStudy(ablateDesign({ ...asked, seeds: 1, only: ["no-averaging"] }), { out: out("ablated") });
    await expect(compareStudies([out("plain"), out("ablated")])).rejects.toThrow("ablated: is a study of ablate");
    await planStudy(crossvalDesign({ ...asked, folds: 2, repeats: 1 }), { out: out("planned") });
    await expect(compareStudies([out("plain"), out("planned")])).rejects.toThrow(
      /planned: 2 of its trainings are not finished \(first fold-1\)/,
    );
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { repeatedFolder } from "../files/make-folder.js";
import { compareOnTable as ofLibrary } from "../library/comparisons.js";
import { writeRunPage } from "../page/write-run-page.js";
import { checkRunFolder } from "../record/check-run-folder.js";
import { readRun } from "../record/read-run.js";
import { loadValued } from "../run/acquisition/known-value.js";
import { predictTable } from "../run/apply/predict-table.js";
import { compareOnTable } from "../study/external/compare-on-table.js";
import { areStudies } from "./compare-studies.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-folders-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [run, study, file, none] = ["run", "study", "file", "none"].map((name) => path.join(root, name));
mkdirSync(run);
mkdirSync(study);
writeFileSync(path.join(study, "study.json"), "{}");
writeFileSync(file, "");

const wrong: [string, string, string][] = [
  ["no folder", none, `${none}: there is no such folder; expected `],
  ["a file", file, `${file}: is a file; expected `],
  ["a study", study, `${study}: is a study; expected `],
];

describe("what is no run folder", () => {
  it.each(wrong)("%s is refused wherever a run is read", async (_what, given, message) => {
    const options = { run: given, data: "t.csv", targets: "required", draws: 0, engine: "cpu" } as const;
    await expect(checkRunFolder(given)).rejects.toThrow(message);
    await expect(readRun(given)).rejects.toThrow(message);
    await expect(loadValued(given)).rejects.toThrow(message);
    await expect(writeRunPage(given)).rejects.toThrow(message);
    await expect(predictTable(options)).rejects.toThrow(message);
  });

  it.each(wrong)("%s is refused where models are compared on a table", async (_what, given, message) => {
    for (const folders of [
      [run, given],
      [given, run],
    ]) {
      const asked = compareOnTable(folders, { data: ["t.csv"], engine: "cpu" });
      await expect(asked).rejects.toThrow(`${message}runs, which are compared on the table of --data`);
      await expect(ofLibrary(folders, { data: "t.csv" })).rejects.toThrow(message);
    }
  });

  it("a study names the place of its runs", async () => {
    await expect(checkRunFolder(study)).rejects.toThrow(`Its runs are ${path.join(study, "runs")}/NAME`);
  });

  it("beside a study it is no run, but a folder that is not there", async () => {
    await expect(areStudies([study, none])).rejects.toThrow(`${none}: there is no such folder`);
    await expect(areStudies([file, study])).rejects.toThrow(`${file}: is a file`);
    await expect(areStudies([study, run])).rejects.toThrow(`${study}: is a study, and ${run} is none`);
    expect(await areStudies([study, study])).toBe(true);
    expect(await areStudies([run, run])).toBe(false);
  });

  it("is found to be given twice all the same", async () => {
    expect(await repeatedFolder([none, run, `${none}/`])).toBe(`${none}/`);
    expect(await repeatedFolder([none, run])).toBeUndefined();
  });
});

import { readFileSync } from "node:fs";
import { copyFile, cp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { digestsText, readDigests } from "../../src/record/digests.js";
import { evaluateTable } from "../../src/run/apply/evaluate-run.js";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";
import { itLong } from "../support/long.js";
import { resealModel } from "../support/reseal.js";
import { siteCsv, siteTable } from "../support/site-table.js";

const folder = scratchFolder();
const read = (file: string) => readFileSync(path.join(folder, file), "utf8");
const json = (file: string) => JSON.parse(read(file));
const write = (file: string, text: string) => writeFile(path.join(folder, file), text);
const columns = (name: string) => ({ columns: [`${name}_*`] });

/** A config for the table of sites. */
function config(name: string, data: object): string {
  const modalities = { mri: columns("mri"), pet: columns("pet"), eeg: columns("eeg") };
  return stringify({ name, data: { file: `${name}.csv`, target: "age", id: "id", modalities, ...data } });
}

type Row = readonly string[];
const lines = (text: string): Row[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
const csv = (rows: readonly Row[]) => `${rows.map((row) => row.join(",")).join("\n")}\n`;

let table: Row[];

beforeAll(async () => {
  await requireBuild();
  const text = siteCsv(siteTable(3));
  table = lines(text);
  await write("sites.csv", text);
  await write("sites.yaml", config("sites", { group: "site" }));
  const part: Record<string, string> = { site4: "validation", site17: "validation", site2: "test", site6: "test" };
  await write("fixed.csv", csv(table.map((row, i) => [...row, i === 0 ? "part" : (part[row[1]] ?? "train")])));
  await write("fixed.yaml", config("fixed", { group: "site", split: { by: "column", column: "part" } }));
});

describe("parts of a split", () => {
  it("by sites agree in the target, and are told, stored and reported", async () => {
    const run = await pidreg(["train", "sites.yaml", "--out", "sites", ...tinyModel], folder);
    expect(run.stderr).toMatch(
      /^validation part: \d+ rows of \d+ groups of "site"; mean \(sd\) of age [\d.]+ \([\d.]+\)$/m,
    );
    expect(run.stderr).not.toContain("WARNING");
    expect(run.stdout).toMatch(/^parts: age +rows +groups +mean +sd\ntraining +\d+ +\d+ +[\d.]+ +[\d.]+\n/m);
    const { parts, unfit } = json("sites/data.json");
    expect(unfit).toEqual([]);
    for (const name of ["validation", "test"]) {
      const { groups, targets } = parts[name];
      expect(groups.count).toBeGreaterThanOrEqual(5);
      expect(Math.abs(targets.age.mean - parts.train.targets.age.mean)).toBeLessThan(0.3 * parts.train.targets.age.sd);
      expect(targets.age.sd / parts.train.targets.age.sd).toBeGreaterThan(0.7);
    }
    const row = read("sites/report.html").match(/<th scope="row"[^>]*>validation<\/th>(<td[^>]*>[\d.]+<\/td>){6}/);
    expect(row).not.toBeNull();
  });

  it("that a column fixes are warned of before training, also with --quiet, in JSON and in the report", async () => {
    const run = await pidreg(["train", "fixed.yaml", "--out", "fixed", "--quiet", "--json", ...tinyModel], folder);
    expect(run.stderr).toMatch(
      /^WARNING: parts of the split cannot carry what rests on them: the validation part has 2 groups/,
    );
    expect(run.stderr).toContain("a standard deviation of age of");
    expect(run.stderr).toContain("pidreg crossval CONFIG --outer-group site");
    const result = JSON.parse(run.stdout);
    expect(result.parts.validation.groups).toMatchObject({ column: "site", count: 2 });
    expect(result.metrics.notes.join("\n")).toMatch(/^parts of the split cannot carry/m);
    expect(json("fixed/data.json").unfit.map(({ part }: { part: string }) => part)).toEqual(["validation", "test"]);
    expect(read("fixed/report.html")).toContain("cannot carry what rests on them");
    const first = read("fixed/log.jsonl")
      .split("\n")
      .findIndex((line) => line.includes("cannot carry"));
    expect(first).toBeLessThan(
      read("fixed/log.jsonl")
        .split("\n")
        .findIndex((line) => line.includes("at most")),
    );
  });

  it("are those of the run when it is continued", async () => {
    await cp(path.join(folder, "sites"), path.join(folder, "stopped"), { recursive: true });
    for (const file of ["SHA256SUMS", "metrics.json"]) await rm(path.join(folder, "stopped", file));
    const split = json("stopped/split.json");
    const [moved, ...train] = split.train;
    await write("stopped/split.json", JSON.stringify({ ...split, train, test: [...split.test, moved] }));
    const refused = await pidreg(["train", "sites.yaml", "--out", "stopped", "--resume", ...tinyModel], folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("split.json: holds other rows than this version of pidreg deals out");
  });

  itLong("of ablations and cross-validations are checked once for all trainings", async () => {
    const only = ["--only", "no-auxiliary", "--repeats", "1", "--seeds", "1", "--out", "ablated", ...tinyModel];
    const ablated = await pidreg(["ablate", "fixed.yaml", ...only], folder);
    expect(ablated.stderr).toMatch(/^WARNING: parts of the split cannot carry/m);
    expect(ablated.stdout).toMatch(/Warning: parts of the split cannot carry/);
    expect(read("ablated/report.md")).toMatch(/\*\*Warning:\*\* parts of the split cannot carry/);
    expect(read("ablated/report.md")).toMatch(/\| validation +\| +\d+ \| +2 groups of "site" \|/);
    const { warnings } = json("ablated/results.json") as { warnings: string[] };
    expect(warnings.filter((text) => text.startsWith("parts of the split"))).toHaveLength(1);
    const folds = ["--folds", "2", "--outer-group", "site", "--out", "cv", "--json", ...tinyModel];
    const results = JSON.parse(await succeeds(["crossval", "sites.yaml", ...folds], folder));
    for (const { parts } of results.runs) expect(parts.test.groups.count).toBeGreaterThanOrEqual(5);
    expect(read("cv/report.md")).toMatch(/\| test fold \| +rows \| +groups \| +age, mean ± sd \|/);
  });
});

describe("a table that is predicted", () => {
  const changed = (name: string, change: (value: number) => number, rows = table.slice(1)): Row[] => {
    const at = table[0].indexOf(name);
    return [table[0], ...rows.map((row) => row.map((cell, c) => (c === at ? String(change(Number(cell))) : cell)))];
  };
  const evaluated = (file: string) => evaluateTable(path.join(folder, "sites"), path.join(folder, file), "onnx");

  it("in other units is warned of by column and share, by evaluate and predict", async () => {
    await write("units.csv", csv(changed("mri_1", (value) => 1000 * value)));
    const run = await pidreg(["evaluate", "sites", "--data", "units.csv", "--json"], folder);
    const { departed } = JSON.parse(run.stdout);
    expect(departed).toHaveLength(1);
    expect(departed[0]).toMatchObject({ modality: "mri", column: "mri_1", by: "range", values: 900 });
    expect(departed[0].outside).toBeGreaterThan(0.99);
    expect(run.stderr).toMatch(
      /^WARNING: 1 of 9 columns left the range of the training rows\. modality "mri": mri_1: \S+ % of 900 values/m,
    );
    const predicted = await pidreg(["predict", "sites", "--data", "units.csv", "--out", "p.csv", "--json"], folder);
    expect(JSON.parse(predicted.stdout).departed).toEqual(departed);
    expect(predicted.stderr).toContain("WARNING: 1 of 9 columns left the range");
    await write("months.csv", csv(changed("age", (value) => 12 * value)));
    expect((await evaluated("months.csv")).departed).toMatchObject([{ modality: null, column: "age" }]);
  });

  it("is silent on a new table, and on a model that was stored without ranges", async () => {
    await write("new.csv", siteCsv(siteTable(3.5)).replaceAll(/^p(?=\d)/gm, "q"));
    expect(await evaluated("new.csv")).toMatchObject({
      departed: [],
      seen: { parts: { train: 0, validation: 0, test: 0 } },
      messages: [],
    });
    const model = read("sites/model/model.json");
    const older = JSON.parse(model);
    for (const { columns } of older.preprocessor.modalities) for (const column of columns) delete column.range;
    await write("sites/model/model.json", `${JSON.stringify(older)}\n`);
    await resealModel(path.join(folder, "sites/model"));
    const found = await evaluated("units.csv");
    expect(found.departed).toBeNull();
    expect(found.messages.join()).toContain("stored without the ranges");
    expect(found.messages.join()).not.toContain("left the range");
    await write("sites/model/model.json", model);
  });

  it("is known by its rows: the file itself, a copy, a subset, and no other table with the same ids", async () => {
    await copyFile(path.join(folder, "sites.csv"), path.join(folder, "copy.csv"));
    const { train, validation, test } = json("sites/data.json").splits;
    const copy = await evaluated("copy.csv");
    expect(copy.seen).toEqual({
      rows: 900,
      parts: { train, validation, test },
      by: "values",
      sameFile: "sites.csv",
      otherValues: 0,
    });
    expect(copy.messages[0]).toMatch(/copy\.csv is a file of the run itself: it has the SHA-256 of sites\.csv$/);
    expect(copy.messages[1]).toMatch(/^WARNING: of 900 rows, \d+ \([\d.]+ %\) in the training part/);
    await write("subset.csv", csv([table[0], ...table.slice(1, 101)]));
    const subset = await evaluated("subset.csv");
    expect(subset.seen).toMatchObject({ rows: 100, sameFile: null });
    const known = Object.values(subset.seen?.parts ?? {});
    expect(known.reduce((sum, count) => sum + count, 0)).toBe(100);
    await write("others.csv", siteCsv(siteTable(4)));
    const others = await evaluated("others.csv");
    expect(others.seen).toMatchObject({ parts: { train: 0, validation: 0, test: 0 }, otherValues: 900 });
    expect(others.messages.join()).toContain("900 of 900 rows bear the id of a row of the run and hold other values");
    await rm(path.join(folder, "sites/rows.json"));
    await expect(evaluated("copy.csv")).rejects.toThrow("rows.json: was damaged or edited: it is missing");
    // A run of a version that did not write it.
    const listed = new Map(await readDigests(path.join(folder, "sites")));
    listed.delete("rows.json");
    await write("sites/SHA256SUMS", digestsText(listed));
    expect((await evaluated("copy.csv")).seen).toMatchObject({ by: "checksum", parts: { train, validation, test } });
  });
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparisonText } from "../../src/cli/compare-text.js";
import { mean, standardDeviation } from "../../src/math/descriptive.js";
import { compareRuns } from "../../src/study/compare/compare-runs.js";
import { groupLetters } from "../../src/study/compare/letters.js";
import { type RunFolderOptions, writeRunFolder } from "../support/run-folder.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pidreg-compare-"));
});
afterAll(() => rm(folder, { recursive: true }));

const edit = async (file: string, change: (text: string) => string) =>
  writeFile(file, change(await readFile(file, "utf8")));

/** A made-up run with a seed, settings of its own, and predictions that miss by `factor` as much. */
async function run(name: string, seed: number, settings = "", factor = 1, options: RunFolderOptions = {}) {
  const place = path.join(folder, name);
  await writeRunFolder(place, { name: "study", ...options });
  await edit(path.join(place, "config.yaml"), (text) => `${text.replace("seed: 1", `seed: ${seed}`)}${settings}`);
  await edit(path.join(place, "environment.json"), (text) => text.replace('"seed":1', `"seed":${seed}`));
  await edit(path.join(place, "predictions.csv"), (text) => scaledErrors(text, factor));
  return place;
}

function scaledErrors(csv: string, factor: number): string {
  const [header, ...lines] = csv.trimEnd().split("\n");
  const scaled = lines.map((line) => {
    const [id, part, truth, prediction, ...rest] = line.split(",");
    return [id, part, truth, Number(truth) + factor * (Number(prediction) - Number(truth)), ...rest].join(",");
  });
  return `${[header, ...scaled].join("\n")}\n`;
}

/** Adds the column of groups, or writes it anew. @param groupOf group of each test row */
function withGroups(csv: string, groupOf: (row: number) => string): string {
  const [header, ...lines] = csv.trimEnd().split("\n");
  const known = header.split(",").at(-1) === "group";
  const cells = (line: string) => (known ? line.slice(0, line.lastIndexOf(",")) : line);
  const numbered = lines.map((line) => `${cells(line)},${groupOf(Number(line.match(/^row-v?(\d+)/)?.[1] ?? 0))}`);
  return `${[`${cells(header)},group`, ...numbered].join("\n")}\n`;
}

describe("comparison of runs", () => {
  it("lists a product of modalities once, whichever a run names first", async () => {
    const runs = [
      await run("ordered", 1),
      await run("swapped", 1, "model: { latentDim: 9 }\n", 1, { modalities: ["volumes", "thickness"] }),
    ];
    const { weights } = await compareRuns(runs);
    expect(weights.map(({ label }) => label)).toEqual(["thickness", "volumes", "thickness*volumes"]);
    expect(weights[2].values.every((value) => value !== null)).toBe(true);
  });

  it("groups equal configs, whatever seed, engine and place of the file, and tells the others apart", async () => {
    const runs = [
      await run("a1", 1),
      await run("a2", 2, "engine: wasm\n"),
      await run("b", 1, "model: { latentDim: 8 }\n"),
      await run("c", 1, "", 1, { name: "other" }),
    ];
    const { groups, targets, repeated } = await compareRuns(runs);
    expect(targets).toEqual(["age"]);
    expect(groups.map(({ letter, runs: members }) => [letter, members.map(({ seed }) => seed)])).toEqual([
      ["A", [1, 2, 1]],
      ["B", [1]],
    ]);
    expect(groups.map(({ label }) => label)).toEqual(["study: model.latentDim=(not set)", "study: model.latentDim=8"]);
    expect(repeated).toEqual([{ group: "A", seed: 1, runs: [runs[0], runs[3]] }]);
  });

  it("calls no group as a modality, a target or a baseline is called", async () => {
    const names = { modalities: ["A", "c"], targets: ["D"] };
    const runs = [await run("n1", 1, "", 1, names), await run("n2", 1, "model: { latentDim: 8 }\n", 1, names)];
    const comparison = await compareRuns(runs);
    expect(comparison.groups.map(({ letter }) => letter)).toEqual(["B", "E"]);
    expect(comparison.differences.map(({ group, reference }) => [group, reference])).toEqual([["E", "B"]]);
    const text = comparisonText(comparison);
    expect(text).toMatch(/^information, bits +B +E$/m);
    expect(text).toMatch(/^unique to A /m);
    expect(groupLetters(28, new Set(["b", "aa"])).filter((name) => !/^[AC-Z]$/.test(name))).toEqual(["AB", "AC", "AD"]);
  });

  it("tells runs apart by every file that they read", async () => {
    const withFiles = async (name: string, checksums: object) => {
      const place = await run(name, 1);
      await edit(path.join(place, "environment.json"), (text) => {
        return JSON.stringify({ ...JSON.parse(text), dataChecksum: checksums });
      });
      return place;
    };
    const [mri, pet, other] = ["1a", "2b", "3c"].map((start) => start.padEnd(64, "0"));
    const runs = [
      await withFiles("files1", { "mri.csv": mri, "pet.csv": pet }),
      await withFiles("files2", { "mri.csv": mri, "pet.csv": other }),
      await withFiles("files3", { "moved/mri.csv": mri, "moved/pet.csv": pet }),
    ];
    const { groups } = await compareRuns(runs);
    expect(groups.map(({ runs: members }) => members.length)).toEqual([2, 1]);
  });

  it("has mean and spread of what the runs recorded", async () => {
    const runs = [await run("m1", 1), await run("m2", 2, "", 1, { rows: 200 })];
    const metrics = await Promise.all(
      runs.map(async (place) => JSON.parse(await readFile(path.join(place, "metrics.json"), "utf8"))),
    );
    const { groups, differences, atoms, weights } = await compareRuns(runs);
    const errors = metrics.map((file) => file.test.perTarget.age.mae as number);
    expect(groups[0].test.age.mae).toEqual({ mean: mean(errors), sd: standardDeviation(errors) });
    expect(groups[0].baselines.ridge.age.rmse?.mean).toBeGreaterThan(0);
    expect(differences).toEqual([]);
    const pid = JSON.parse(await readFile(path.join(runs[0], "pid.json"), "utf8"));
    expect(atoms.find(({ label }) => label === "redundant")?.values[0]).toEqual({ mean: pid.atoms.redundancy, sd: 0 });
    expect(weights.map(({ label }) => label)).toEqual(["thickness", "volumes", "thickness*volumes"]);
  });

  it("pairs runs by seed and rows by id, and sees a small steady difference", async () => {
    const other = "model: { latentDim: 4 }\n";
    const runs = [
      await run("p1", 1),
      await run("p2", 2),
      await run("q2", 2, other, 1.1),
      await run("q1", 1, other, 1.1),
    ];
    const { differences, groups } = await compareRuns(runs);
    const [{ interval, pairs, rows, note }] = differences;
    expect({ pairs, rows, note }).toEqual({ pairs: 2, rows: 300, note: "bootstrap over rows, and 2 trainings each" });
    const rmse = groups[0].test.age.rmse?.mean ?? 0;
    expect(interval?.value).toBeCloseTo(0.1 * rmse, 9); // errors are 1.1 times as large
    expect(interval?.low).toBeGreaterThan(0.08 * rmse);
    expect(interval?.high).toBeLessThan(0.12 * rmse);
  });

  it("draws whole groups where the runs have groups, and says so", async () => {
    const other = "model: { latentDim: 6 }\n";
    const runs = [await run("g1", 1), await run("g2", 1, other, 1.1)];
    const [{ note: before, interval: rowsDrawn }] = (await compareRuns(runs)).differences;
    expect(before).toBe("bootstrap over rows");
    const differenceWith = async (groupOf: (row: number) => string) => {
      for (const place of runs) {
        await edit(path.join(place, "predictions.csv"), (text) => withGroups(text, groupOf));
      }
      return (await compareRuns(runs)).differences[0];
    };
    const alone = await differenceWith((row) => `subject ${row}`);
    expect(alone.note).toBe("bootstrap over 300 whole groups");
    expect(alone.interval).toEqual(rowsDrawn);
    expect((await differenceWith((row) => `subject ${row % 40}`)).note).toBe("jackknife over 40 whole groups");
    const few = await differenceWith((row) => `site ${row % 3}`);
    expect(few.note).toContain("jackknife over 3 whole groups: so few that intervals are wide");
    const width = (interval: typeof few.interval) => (interval?.high ?? 0) - (interval?.low ?? 0);
    expect(width(few.interval)).not.toBeCloseTo(width(rowsDrawn), 3);
  });

  it("corrects for overlap where seeds split the rows differently", async () => {
    const other = "model: { latentDim: 5 }\n";
    const runs = [
      await run("s1", 1),
      await run("s2", 2, "", 1, { rows: 250 }),
      await run("t1", 1, other, 1.1),
      await run("t2", 2, other, 1.1, { rows: 250 }),
    ];
    const [{ interval, note }] = (await compareRuns(runs)).differences;
    expect(note).toBe("over splits, corrected for their overlap");
    // Two differences d1, d2: mean -+ t(0.975; 1) sqrt((1/2 + n_test/n_train) s^2), t = 12.7062
    const errors = [300, 250].map((n) => 0.1 * rmseOf(n));
    const half = 12.7062 * Math.sqrt((0.5 + 275 / 970) * 0.5 * (errors[0] - errors[1]) ** 2);
    expect(interval?.value).toBeCloseTo((errors[0] + errors[1]) / 2, 9);
    expect((interval?.high ?? 0) - (interval?.value ?? 0)).toBeCloseTo(half, 4);
  });

  it("says when there is nothing to pair", async () => {
    const [{ interval, note, pairs }] = (
      await compareRuns([await run("n1", 1), await run("n3", 3), await run("n2", 2, "model: { latentDim: 6 }\n")])
    ).differences;
    expect({ interval, note, pairs }).toEqual({
      interval: null,
      note: "no run of one has the seed of a run of the other",
      pairs: 0,
    });
  });

  it("refuses runs of other targets and one run twice, and pairs no rows of other tables", async () => {
    const first = await run("r1", 1);
    const targets = await run("r2", 1, "", 1, { targets: ["weight"] });
    await expect(compareRuns([first, targets])).rejects.toThrow(/predicts weight, but .*r1 predicts age/);
    const table = await run("r3", 1, "model: { latentDim: 7 }\n");
    await edit(path.join(table, "predictions.csv"), (text) => text.replace(/^(row-0,test),[^,]+/m, "$1,-99"));
    const [{ interval, note }] = (await compareRuns([first, table])).differences;
    expect(interval).toBeNull();
    expect(note).toMatch(/^different tables, row "row-0" has age -99 in one run and /);
    await expect(compareRuns([first, `${first}/`])).rejects.toThrow("is given twice");
    await expect(compareRuns([first])).rejects.toThrow("at least two run folders, got 1");
  });

  it("says which runs are one training done again", async () => {
    const twice = await compareRuns([await run("d1", 7), await run("d2", 7)]);
    expect(comparisonText(twice).replace(/\s+/g, " ")).toContain(
      "A: 2 runs have the same settings and seed 7: one training done again. " +
        "± then is not the spread that other seeds would show.",
    );
    const apart = await compareRuns([await run("d3", 7), await run("d4", 8)]);
    expect(apart.repeated).toEqual([]);
    expect(comparisonText(apart)).not.toContain("done again");
  });

  it("takes units from the runs that name them, and refuses different ones", async () => {
    const years = { units: { age: "years" } };
    const without = await run("u1", 1);
    const inYears = await run("u2", 2, "  units: { age: years }\n", 1, years);
    const inMonths = await run("u3", 3, "", 1, { units: { age: "months" } });
    const compared = await compareRuns([without, inYears]);
    expect(compared.units).toEqual(years.units);
    expect(compared.groups).toHaveLength(1);
    expect(comparisonText(compared)).toMatch(/^age \(years\) +MAE/m);
    await expect(compareRuns([without, inYears, inMonths])).rejects.toThrow(
      /u3: gives age in months, another run in years; errors in different units cannot be compared/,
    );
  });

  it("fits a terminal", async () => {
    const runs = [await run("w1", 1), await run("w2", 2), await run("w3", 1, "model: { latentDim: 9 }\n", 1.2)];
    const text = comparisonText(await compareRuns(runs));
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/^age +MAE +RMSE +R2 +RMSE minus A \(95 %\)$/m);
    expect(text).toMatch(/^B minus A: 1 pair of runs, 300 test rows in common; bootstrap over rows\.$/m);
    expect(text).toMatch(/^One training of each: the chance of training is not in such an interval\.$/m);
    expect(text).toMatch(/^thickness\*volumes +0\.05 ± 0\.00 +0\.05$/m);
  });

  it("lists of many modalities the largest numbers, and says how many more there are", async () => {
    const modalities = Array.from({ length: 25 }, (_, k) => `m${k}`);
    const runs = [await run("many1", 1, "", 1, { modalities, rows: 60 })];
    runs.push(await run("many2", 1, "model: { latentDim: 9 }\n", 1, { modalities, rows: 60 }));
    const text = comparisonText(await compareRuns(runs));
    // 25 unique, 25 alone, redundant, some, synergistic, all together; 25 weights and 300 products
    expect(text).toContain("\n10 smaller ones: --json has all");
    expect(text).toContain("\n281 smaller ones: --json has all");
    expect(text).toMatch(/^all together +\d/m);
    expect(text.split("\n").length).toBeLessThan(130);
  });
});

/** RMSE of the made-up run with this many rows. */
function rmseOf(rows: number): number {
  return made.get(rows) ?? Number.NaN;
}
const made = new Map<number, number>();
beforeAll(async () => {
  for (const rows of [300, 250]) {
    const place = await run(`made-${rows}`, 1, "", 1, { rows });
    made.set(rows, JSON.parse(await readFile(path.join(place, "metrics.json"), "utf8")).test.perTarget.age.rmse);
  }
});

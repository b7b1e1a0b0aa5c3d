import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { r2 } from "../../src/evaluation/metrics.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { Rng } from "../../src/math/rng.js";
import type { CrossvalResults } from "../../src/study/crossval-results.js";
import type { SelectResults } from "../../src/study/select-results.js";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";
import { itLong } from "../support/long.js";
import { proseFaults } from "../support/prose-faults.js";

const folder = scratchFolder();
const read = (file: string) => readFileSync(path.join(folder, file), "utf8");
const json = (file: string) => JSON.parse(read(file));

/** A table whose first modality and site matter, whose last one is noise; some rows have no target, one value is -9999. */
async function writeTable(name: string, modalities: readonly string[], targets: readonly string[]) {
  const rng = new Rng(name);
  const header = ["site", ...targets, ...modalities.flatMap((m) => [`${m}_1`, `${m}_2`])];
  const rows = Array.from({ length: 240 }, (_, i) => {
    const site = i % 8;
    const x = modalities.map(() => [rng.normal() + 0.3 * site, rng.normal()]);
    const y = targets.map((_target, t) => 10 ** (6 * t) * (x[0][0] + (x[1]?.[0] ?? 0) * t + 0.3 * rng.normal()));
    const cells = x.flat().map((value, c) => (c === 1 && i % 60 === 7 ? -9999 : value.toFixed(4)));
    return [`s${site}`, ...y.map((value) => (i % 8 === 3 && i > 20 ? "" : value.toFixed(4))), ...cells].join(",");
  });
  await writeFile(path.join(folder, `${name}.csv`), `${header.join(",")}\n${rows.join("\n")}\n`);
  const data = {
    ...{ file: `${name}.csv`, target: targets, split: { train: 0.5, validation: 0.25, test: 0.25 } },
    modalities: Object.fromEntries(modalities.map((m) => [m, { columns: [`${m}_*`] }])),
  };
  await writeFile(path.join(folder, `${name}.yaml`), JSON.stringify({ name, data }));
}

/** Runs a study: its text, what stderr warned of, and its results. */
async function study(kind: string, name: string, args: readonly string[]) {
  const command = [kind, `${name}.yaml`, "--out", `${name}-${kind}`, "--quiet", ...args, ...tinyModel];
  const { code, stdout, stderr } = await pidreg(command, folder);
  expect(stderr.replaceAll(/^WARNING: .*$/gm, "").trim()).toBe("");
  expect(code).toBe(0);
  // What the trainings tell of their rows and warn of ends report.md, and stays out of the terminal.
  const [text, ...told] = read(`${name}-${kind}/report.md`).split(
    /^(?=Rows and columns, as|What the trainings warn of)/m,
  );
  expect(told.length).toBeGreaterThan(0);
  for (const part of told) expect(part).toMatch(/^.*:\n\n- /);
  // The terminal shows what report.md says, its tables aligned and its lines no longer than they may be.
  const words = (said: string) => said.replaceAll("**", "").replaceAll(/^# /gm, "").replaceAll(/\s+/g, " ");
  const prose = text.split("\n").filter((line) => line !== "" && !line.startsWith("|"));
  for (const line of prose) expect(words(stdout)).toContain(words(line));
  expect(stdout).not.toMatch(/\||\*\*/);
  expect(
    Math.max(
      ...stdout
        .split("\n")
        .filter((line) => !/^(study|report) /.test(line))
        .map((line) => line.length),
    ),
  ).toBeLessThan(80);
  const warned = [...stderr.matchAll(/^WARNING: (.*)$/gm)].map(([, warning]) => warning);
  return { text, warned, results: json(`${name}-${kind}/results.json`) };
}

/**
 * The same warnings on the terminal, in JSON and in the report: those of the table and its parts before anything is trained,
 * those of trainings in the report that is printed at the end.
 */
function expectSameWarnings({ text, warned, results }: Awaited<ReturnType<typeof study>>) {
  expect(warned.length).toBeGreaterThan(1);
  const all: string[] = results.warnings;
  expect(all.slice(0, warned.length)).toEqual(warned);
  for (const warning of all.slice(warned.length)) expect(warning).toMatch(/ in \d+ of \d+ trainings: /);
  const inReport = [...text.matchAll(/^\*\*Warning:\*\* (.*)$/gm)].map(([, warning]) => warning.replace(/\.$/, ""));
  expect(inReport).toEqual(all.map((warning) => warning.replace(/\.$/, "")));
}

beforeAll(async () => {
  await requireBuild();
  await writeTable("three", ["alpha", "beta", "gamma"], ["age", "tiny"]);
  await writeTable("lone", ["alpha"], ["age"]);
});

describe("select", () => {
  itLong("claims of subsets what its intervals show, on the rows that it names", async () => {
    const found = await study("select", "three", ["--repeats", "1", "--seeds", "1"]);
    expectSameWarnings(found);
    const { text } = found;
    const { subsets, chosen, margin, rows, cautions } = found.results as SelectResults;
    expect(proseFaults(text)).toEqual([]);
    expect(text).not.toContain("is needed to stay within");
    const others = subsets.slice(1);
    for (const subset of subsets) expect(subset.acceptable).toBe(subset.decision.bound <= margin);
    if (chosen.length === 3) {
      expect(others.every(({ acceptable }) => !acceptable)).toBe(true);
      expect(text).toContain("None of the 7 smaller subsets was shown, at 95 %, to err at most 2 % more");
      const within = others.filter(({ decision }) => decision.difference.value <= margin).length;
      expect(text.includes("That does not show that every modality is needed")).toBe(within > 0);
    } else if (chosen.length === 0) {
      expect(text).toContain(`**No modality** is recommended: on ${rows.decision} validation rows of this split`);
    } else {
      expect(text).toContain(`**${chosen.join(" + ")}** is enough: on ${rows.decision} validation rows of this split`);
    }
    expect(text).toContain("| validation RMSE / sd | test RMSE / sd |");
    expect(text.includes("Final figures, 1 training of each")).toBe(chosen.length < 3);
    expect(text).toContain("RMSE of each target:");
    expect(text).toContain("7 subsets, that without any modality among them, are compared with all modalities");
    expect(text).toContain("| size |");
    expect(text).toMatch(/by weight \| validation RMSE \/ sd \| +by error \| validation RMSE \/ sd \|/);
    expect(text).toContain(
      `Errors are those of the ${rows.test} test rows; changes, what is kept and the front those of the`,
    );
    for (const caution of cautions) expect(text).toContain(caution);
    expect(text).toContain(
      "Information about age and tiny, bits, on validation rows".replace("Information", "information"),
    );
  });

  it("compares a single modality with nothing", async () => {
    const { text, results } = await study("select", "lone", ["--repeats", "1", "--seeds", "1"]);
    expect(text).toContain("**alpha** is the only modality: it is compared with what is predicted without any.");
    expect(text).toContain("Fusion weights suggest nothing: there is one modality.");
    expect(results.cautions).toHaveLength(1);
    expect(text).toContain("1 subset, that without any modality, is compared with all modalities");
    expect(proseFaults(text)).toEqual([]);
  });
});

describe("crossval", () => {
  it("says that validation rows of its sites trained, and gives the bits where sites were tested", async () => {
    const found = await study("crossval", "three", ["--folds", "2", "--outer-group", "site"]);
    expectSameWarnings(found);
    const { text } = found;
    const results = found.results as CrossvalResults;
    if (results.task !== undefined) throw new Error("expected results of numbers");
    const { runs, targets } = results;
    expect(proseFaults(text)).toEqual([]);
    expect(text).not.toContain("on rows that did not train the encoders");
    for (const { parts, validationOfTrainedGroups } of runs)
      expect(validationOfTrainedGroups).toBe(parts.validation?.rows);
    expect(text).toContain('It is not what is known of a "site" that did not train:');
    const { header, rows } = parseCsv(read("three-crossval/predictions.csv"), "predictions.csv");
    const column = (name: string) => rows.map((row) => Number(row[header.indexOf(name)]));
    for (const [target, { tested }] of Object.entries(targets)) {
      const explained = r2(column(target), column(`${target}.prediction`)) ?? Number.NaN;
      expect(targets[target].rmse.low).toBeGreaterThanOrEqual(0);
      expect(tested.r2).toBeCloseTo(explained, 9);
      expect(tested.bits).toBeCloseTo(Math.max(0, -0.5 * Math.log2(1 - explained)), 9);
      expect(text).toContain(`R2 of ${target} is ${explained.toFixed(3).replace(/^-(0\.0+)$/, "$1")}:`);
    }
  });

  it("speaks of no weights where none are learned, and of training rows where atoms are theirs", async () => {
    const late = ["--set", "model.fusion.method=late", "--set", "model.fusion.atoms=train"];
    const { text } = await study("crossval", "lone", ["--folds", "2", ...late]);
    expect(text).toContain("No fusion weights were learned (model.fusion.method: late).");
    expect(text).toContain("on rows that trained the encoders (model.fusion.atoms: train), not on new ones:");
    expect(proseFaults(text)).toEqual([]);
  });
});

describe("ablate", () => {
  it("says of a part what its interval shows, and not that it helps", async () => {
    const found = await study("ablate", "three", ["--repeats", "1", "--seeds", "1", "--only", "no-stage-2"]);
    expectSameWarnings(found);
    const { text, results } = found;
    expect(proseFaults(text)).toEqual([]);
    expect(text).not.toMatch(/\bhelps\b/);
    for (const { name, difference } of results.variants.slice(1)) {
      const line = text.split("\n").find((part) => part.includes(name)) ?? "";
      const sentence = line.split(". ").find((part) => part.includes(name)) ?? "";
      const expected = difference.low > 0 ? "higher" : difference.high < 0 ? "lower" : "do not tell";
      expect(sentence).toContain(expected);
    }
    for (const caution of results.cautions) expect(text).toContain(caution);
  });
});

describe("decompose", () => {
  itLong("keeps what is unique apart from what is brought, with the numbers of its JSON", async () => {
    const columns = ["alpha", "beta", "gamma"].flatMap((m) => ["--modality", `${m}=${m}_*`]);
    for (const [modalities, target] of [
      [columns.slice(0, 4), "age"],
      [columns, "age,tiny"],
    ] as const) {
      const args = ["decompose", "--data", "three.csv", "--target", target, ...modalities];
      const text = (await succeeds(args, folder)).replace(/\s+/g, " ");
      const { gain, atoms, warnings } = JSON.parse(await succeeds([...args, "--json"], folder));
      expect(proseFaults(text)).toEqual([]);
      expect(text).not.toMatch(/ha(?:s|ve) nothing about|do(?:es)? not have/);
      for (const warning of warnings) expect(text).toContain(`Warning: ${warning}.`);
      expect(text).toMatch(/Of 240 rows: \d+ rows without a target were left out\./);
      for (const [name, value] of Object.entries<number>(gain.byModality)) {
        const [, said] = new RegExp(`already uses [^,]*, ${name} brings (nothing|[\\d.]+)`).exec(text) ?? [];
        expect(said === "nothing" ? 0 : Number(said)).toBeCloseTo(value, 2);
        const [, unique] = new RegExp(`Unique to ${name} by measure broja: (nothing|[\\d.]+)`).exec(text) ?? [];
        if (unique !== undefined) expect(unique === "nothing" ? 0 : Number(unique)).toBeCloseTo(atoms.unique[name], 2);
      }
    }
  });
});

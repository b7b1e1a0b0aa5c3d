import { writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { parseCsv } from "../../src/files/parse-csv.js";
import { Rng } from "../../src/math/rng.js";
import type { PageContents } from "../../src/web/contents.js";
import { unpacked } from "../../src/web/packed/unpacked.js";
import { succeeds } from "./command.js";

/** A run that a page is made of, a table for it to predict, and what it was trained with. */
export interface PagedRun {
  readonly name: string;
  readonly config: object;
  /** Words behind `pidreg train CONFIG`. */
  readonly words?: readonly string[];
}

const model = {
  model: { latentDim: 3, encoder: { hidden: [12] }, predictor: { hidden: [12] } },
  training: { batchSize: 32, stage1: { maxEpochs: 4 }, stage2: { maxEpochs: 12 } },
  evaluation: { importance: "off" },
};
const split = { train: 0.6, validation: 0.2, test: 0.2, by: "random" };
const blood = { columns: ["crp", "iron", "sex"], categories: ["sex"] };
const scan = { columns: ["thickness", "volume"] };
const visits = { columns: ["steps"], dates: { visit: ["trend", "year"] } };
const data = { file: "train.csv", id: "id", target: "age", modalities: { blood, scan }, split };

/** One run of each sort that a page must know. */
export const pagedRuns: readonly PagedRun[] = [
  {
    name: "regression",
    config: {
      ...{ ...model, data: { ...data, modalities: { blood, scan, visits }, missing: "mean" } },
      evaluation: { importance: "off", biasCorrection: "linear", intervals: { group: "site" } },
    },
  },
  { name: "classes", config: { ...model, data: { ...data, target: { column: "diagnosis", kind: "class" } } } },
  { name: "targets", config: { ...model, data: { ...data, target: ["age", "score"] } } },
  {
    name: "lacking",
    config: {
      ...{ ...model, training: { ...model.training, modalityDropout: 0.3 } },
      data: { ...data, modalities: { blood, scan, visits: { columns: ["steps"] } } },
    },
  },
  { name: "ensemble", config: { ...model, ensemble: 2, data } },
  {
    name: "linear",
    config: {
      ...{ ...model, model: { ...model.model, linearPath: "on" } },
      training: { ...model.training, modalityDropout: 0.3 },
      data: { ...data, modalities: { blood, scan, visits: { columns: ["steps"] } } },
    },
  },
  { name: "near", config: { ...model, model: { ...model.model, neighbours: "on" }, data } },
  {
    name: "cleaned",
    config: { ...model, data: { ...data, confounds: { columns: ["steps", "hand"] }, harmonise: { site: "site" } } },
  },
];

const header = "id,age,score,diagnosis,site,hand,crp,iron,sex,thickness,volume,steps,visit";

/** A table that all of them read. @param gaps whether whole modalities and single cells are missing */
export function pageTable(rows: number, seed: string, gaps: readonly ("cell" | "modality")[] = []): string {
  const rng = new Rng(seed);
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b, c, d, e] = Array.from({ length: 5 }, () => rng.normal());
    const age = 50 + 8 * a + 5 * b + 3 * e;
    const sex = rng.integer(2) === 0 ? "F" : "M";
    const day = new Date(Date.UTC(2015, 0, 1) + rng.integer(2000) * 86_400_000).toISOString().slice(0, 10);
    const lacks = (m: number) => gaps.includes("modality") && i % 7 === m;
    const cell = (value: number | string, m: number) => (lacks(m) ? "" : value);
    const crp = gaps.includes("cell") && i % 11 === 3 ? "NA" : cell(a + 0.4 * c, 1);
    return [
      ...[`s${i}`, age, a - c, ["AD", "MCI", "healthy"][age < 46 ? 0 : age < 54 ? 1 : 2], `site${i % 3}`],
      ...[["left", "right"][rng.integer(2)], crp, cell(20 * c + 100, 1), cell(sex, 1)],
      ...[cell(2.5 + 0.1 * b, 2), cell(1e6 + 1e4 * (a - b), 2), cell(Math.round(1000 * Math.exp(d + 0.5 * b)), 3), day],
    ].join(",");
  });
  return `${header}\n${lines.join("\n")}\n`;
}

/** The same rows without some columns. */
export function withoutColumns(table: string, names: readonly string[]): string {
  const rows = table.trimEnd().split("\n");
  const left = rows[0].split(",").map((name) => !names.includes(name));
  return `${rows
    .map((row) =>
      row
        .split(",")
        .filter((_, i) => left[i])
        .join(","),
    )
    .join("\n")}\n`;
}

/** Trains the runs and writes their pages as NAME.html. */
export async function preparePages(folder: string, runs: readonly PagedRun[] = pagedRuns): Promise<void> {
  await writeFile(path.join(folder, "train.csv"), pageTable(400, "train").replace(/^s/gm, "subject-00"));
  for (const { name, config, words = [] } of runs) {
    await writeFile(path.join(folder, `${name}.yaml`), stringify({ name, ...config }));
    await succeeds(["train", `${name}.yaml`, "--out", name, "--quiet", ...words], folder);
    await succeeds(["page", name, "--out", `${name}.html`], folder);
  }
}

/** What a page holds of its run beside its program. */
export function contentsIn(page: string): PageContents {
  const [, text] = /<script type="application\/json" id="pidreg-contents">([^<]*)</.exec(page) ?? [];
  return JSON.parse(text) as PageContents;
}

/** The documents of the models of a page, without their long lists of numbers. */
export async function documentsIn(page: string): Promise<string> {
  return new TextDecoder().decode(await unpacked(contentsIn(page).documents));
}

const ofAtoms = 100;

/**
 * Cells of two tables that differ in a text, or by more than a share of the number, of 1, or, of an atom, by more than a hundred times that
 * share of the largest atom of its row: an atom moves with a prediction by what it misses over its variance, which is some hundred where little is missed.
 */
export function differences(found: string, expected: string, tolerance: number): string[] {
  const [one, other] = [parseCsv(found, "the page"), parseCsv(expected, "the command")];
  if (one.header.join() !== other.header.join()) return [`columns ${one.header} instead of ${other.header}`];
  if (one.rows.length !== other.rows.length) return [`${one.rows.length} rows instead of ${other.rows.length}`];
  const isAtom = other.header.map((name) => name.startsWith("local."));
  return other.rows.flatMap((row, i) => {
    const largest = Math.max(1, ...row.flatMap((cell, k) => (isAtom[k] ? [Math.abs(Number(cell))] : [])));
    return row.flatMap((cell, k) => {
      const value = one.rows[i][k];
      const size = isAtom[k] ? ofAtoms * largest : Math.max(1, Math.abs(Number(cell)));
      const near = cell !== "" && value !== "" && Math.abs(Number(value) - Number(cell)) <= tolerance * size;
      return value === cell || near ? [] : [`row ${row[0]}, ${other.header[k]}: ${value} instead of ${cell}`];
    });
  });
}

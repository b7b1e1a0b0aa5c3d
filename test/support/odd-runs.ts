import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { csvText } from "../../src/files/csv.js";
import { Rng } from "../../src/math/rng.js";

/** A table on which a sentence can go wrong, and the config that trains on it. */
export interface OddRun {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly config: { readonly data: object; readonly [key: string]: unknown };
}

/** Rows of independent normal columns, as many per modality as `widths` says, with what follows from them. */
function table(
  name: string,
  {
    rows,
    widths,
    targets,
  }: { readonly rows: number; readonly widths: readonly number[]; readonly targets: readonly string[] },
  truth: (columns: number[][], noise: () => number, row: number) => number[],
) {
  const rng = new Rng(`odd/${name}`);
  const noise = () => rng.normal();
  const letters = widths.flatMap((width, m) => Array.from({ length: width }, (_, j) => `${"abcdefgh"[m]}${j + 1}`));
  return {
    header: [...letters, ...targets],
    rows: Array.from({ length: rows }, (_, row): (string | number)[] => {
      const columns = widths.map((width) => Array.from({ length: width }, noise));
      return [...columns.flat(), ...truth(columns, noise, row)];
    }),
  };
}

const modalities = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name, m) => [name, { columns: [`${"abcdefgh"[m]}?`] }]));
const data = (target: string | readonly string[], names: readonly string[], more: object = {}) => ({
  data: { file: "table.csv", target, modalities: modalities(...names), ...more },
});
const both = ["alpha", "beta"];

/** The first column of each modality. */
const first = (columns: readonly number[][]) => columns.map(([value]) => value);

function missing(name: string, training: object): OddRun {
  const { header, rows } = table("missing", { rows: 800, widths: [3, 3, 3], targets: ["y"] }, (x, noise) => [
    first(x).reduce((sum, value) => sum + value, 0.3 * noise()),
  ]);
  const gaps = rows.map((row, i) =>
    row.map((value, c) => {
      const lacking = (i % 7 === 0 && c >= 3 && c < 6) || (i % 11 === 0 && i % 7 !== 0 && c >= 6 && c < 9);
      return lacking || (i % 13 === 0 && c === 0) || (i % 97 === 0 && c === 9) ? "" : value;
    }),
  );
  const config = data("y", [...both, "gamma"], { missing: "mean", missingIndicator: true });
  return { name, header, rows: gaps, config: { ...config, ...training } };
}

/** Parts that a column gives: the first rows are the test part, then the validation part. */
function parted(made: Pick<OddRun, "header" | "rows">, test: number, validation: number) {
  const part = (i: number) => (i < test ? "test" : i < validation ? "validation" : "train");
  return { header: [...made.header, "part_"], rows: made.rows.map((row, i) => [...row, part(i)]) };
}

const byColumn = { split: { by: "column", column: "part_" } };

/**
 * Runs of a few seconds in which a careless sentence is false: one modality, four with two targets of different scale,
 * nothing to find, ties, a tiny test part, gaps, sites, odd names, a test part unlike the others, a copy of the target,
 * three targets, an ensemble, and fusions and atoms other than the usual.
 */
export const oddRuns: readonly OddRun[] = [
  {
    name: "single",
    ...table("single", { rows: 400, widths: [4], targets: ["y"] }, ([a], noise) => [a[0] + 0.5 * a[1] + 0.5 * noise()]),
    config: data("y", ["alpha"], { units: { y: "years" } }),
  },
  {
    name: "four",
    ...table("four", { rows: 900, widths: [3, 3, 3, 3], targets: ["age", "tiny"] }, ([a, b, c], noise) => [
      40 + 10 * (a[0] + b[0] + 0.3 * noise()),
      1e-9 * (b[0] + c[0] * a[1] + 0.3 * noise()),
    ]),
    config: data(["age", "tiny"], [...both, "gamma", "noise"], { units: { age: "years", tiny: "mol/l" } }),
  },
  {
    name: "nothing",
    ...table("nothing", { rows: 500, widths: [3, 3], targets: ["y"] }, (_, noise) => [noise()]),
    config: data("y", both),
  },
  {
    name: "ties",
    ...table("ties", { rows: 600, widths: [3, 3], targets: ["count"] }, ([a, b]) => [
      Math.max(0, Math.round(a[0] + b[0])),
    ]),
    config: data("count", both, { units: { count: "events" } }),
  },
  {
    name: "tinytest",
    ...parted(
      table("tinytest", { rows: 300, widths: [3, 3], targets: ["prediction"] }, ([a, b], noise) => [
        a[0] + b[0] + 0.5 * noise(),
      ]),
      12,
      60,
    ),
    config: data("prediction", ["total", "test"], byColumn),
  },
  missing("missing", { training: { modalityDropout: 0.2 } }),
  missing("missing0", {}),
  sites(),
  {
    name: "names",
    ...table("names", { rows: 500, widths: [3, 3, 3], targets: ["y % | *z*", "prédiction"] }, ([a, b, c], noise) => [
      1e12 * (a[0] + b[0] * b[1] + 0.2 * noise()),
      -5e6 + 1000 * (c[0] + 0.5 * noise()),
    ]),
    config: data(["y % | *z*", "prédiction"], ["A", "B_a-long-name-of-a-modality_xx", "test"], {
      units: { "y % | *z*": "%", prédiction: "€" },
    }),
  },
  {
    name: "worse",
    ...parted(
      table("worse", { rows: 160, widths: [8, 8], targets: ["y"] }, ([a], noise, row) => [
        row < 24 ? 30 + noise() : 0.01 * a[0] + 3 * noise(),
      ]),
      24,
      64,
    ),
    config: data("y", both, { units: { y: "°C" }, ...byColumn }),
  },
  {
    name: "copy",
    ...table("copy", { rows: 400, widths: [3, 3], targets: ["y"] }, ([a]) => [-1e-9 * a[0] - 5e-9]),
    config: data("y", both),
  },
  {
    name: "vec",
    ...table("vec", { rows: 700, widths: [3, 3], targets: ["y1", "y2", "y3"] }, ([a, b], noise) => [
      a[0] + 0.1 * noise(),
      b[0] * 1e6 + noise() * 1e5,
      a[0] * b[0] - 1000 + noise(),
    ]),
    config: data(["y1", "y2", "y3"], both),
  },
  added("ensemble", { ensemble: 2 }),
  added("late", { model: { fusion: { method: "late" } } }),
  added("batch", { model: { fusion: { atoms: "batch" } } }),
];

/** A sum of two modalities with something beside the usual. */
function added(name: string, more: object): OddRun {
  const made = table("added", { rows: 400, widths: [3, 3], targets: ["y"] }, ([a, b], noise) => [
    a[0] + 0.7 * b[0] + 0.5 * noise(),
  ]);
  return { name, ...made, config: { ...data("y", both), ...more } };
}

function sites(): OddRun {
  const made = table("sites", { rows: 900, widths: [4, 4], targets: ["age"] }, ([a, b], noise) => [
    50 + 12 * (a[0] + 0.7 * b[0] + 0.5 * noise()),
  ]);
  const siteOf = (i: number) => (i % 20 === 0 ? "Tiny" : ["Oslo", "Köln"][i % 2]);
  const config = data("age", both, {
    ...{ units: { age: "years" }, id: "id", group: "subject" },
    harmonise: { site: "site", preserve: ["age"] },
  });
  return {
    name: "sites",
    header: ["id", "site", "subject", ...made.header],
    rows: made.rows.map((row, i) => [`r${i}`, siteOf(i), `s${Math.floor(i / 2)}`, ...row]),
    config: { ...config, evaluation: { biasCorrection: "linear", intervals: { coverage: 0.8, group: "site" } } },
  };
}

/** Writes table and config of a run. @returns the config's path */
export async function writeOddRun(folder: string, { name, header, rows, config }: OddRun): Promise<string> {
  const own = path.join(folder, name);
  await mkdir(own, { recursive: true });
  await writeFile(path.join(own, "table.csv"), csvText(header, rows, "table.csv"));
  const file = path.join(own, "config.yaml");
  await writeFile(file, JSON.stringify({ name, ...config }));
  return file;
}

/** Small networks and few epochs: a run takes two to four seconds. */
export const oddModel = [
  "training.stage1.maxEpochs=8",
  "training.stage2.maxEpochs=8",
  "model.encoder.embedding=none",
  "model.latentDim=8",
  "model.encoder.hidden=[32]",
  "model.predictor.hidden=[32]",
].flatMap((override) => ["--set", override]);

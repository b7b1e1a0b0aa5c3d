/*
 * Small and wide tables: few rows for their columns. Every table has a column `part` with the words train, validation and
 * test; seeds from 11 on are for choosing, those below for the numbers that come last: of brain age they draw from the other
 * half of the subjects.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { Rng } from "pidreg";

/** Makers of a table by name: seed -> { columns by modality, rows of numbers, target, part of each row }. */
export const tables = {
  "brain-age-300": brainAge,
  spread: (seed) => generated("spread", seed),
  sparse: (seed) => generated("sparse", seed),
};

/** Seeds from here on are for choosing. */
export const firstDevelopmentSeed = 11;

/** Writes the table and a config beside it. @returns path of the config; null where the table's source is not there */
export async function writeTable(name, seed, folder) {
  const made = await tables[name](seed);
  if (made === null) return null;
  const { modalities, rows, target, parts } = made;
  const columns = Object.values(modalities).flat();
  const lines = rows.map((row, i) => [...row, target[i], parts[i]].join(","));
  await writeFile(path.join(folder, "table.csv"), `${[...columns, "y", "part"].join(",")}\n${lines.join("\n")}\n`);
  const config = {
    name,
    seed,
    data: {
      file: "table.csv",
      target: "y",
      modalities: Object.fromEntries(Object.entries(modalities).map(([own, names]) => [own, { columns: names }])),
      split: { by: "column", column: "part" },
    },
  };
  const file = path.join(folder, "config.yaml");
  await writeFile(file, JSON.stringify(config));
  return file;
}

const source = new URL("../../../shared/data/brainage_freesurfer/table.csv.gz", import.meta.url);

/** 300 rows for training and 60 for validation, of one half of the subjects; the rest of that half for the test. */
async function brainAge(seed) {
  const bytes = await readFile(process.env.BRAIN_AGE ?? source).catch(() => null);
  if (bytes === null) return null;
  const [header, ...lines] = gunzipSync(bytes).toString().trim().split("\n");
  const names = header.split(",");
  const cells = lines.map((line) => line.split(","));
  const at = { subject: names.indexOf("subject"), age: names.indexOf("age") };
  const subjects = [...new Set(cells.map((row) => row[at.subject]))];
  const order = new Rng("halves").permutation(subjects.length);
  const half = seed >= firstDevelopmentSeed ? 0 : 1;
  const own = subjects.filter((_, i) => order[i] % 2 === half);
  const drawn = new Rng(`brain-age-300/${seed}`).permutation(own.length);
  const place = new Map(own.map((subject, i) => [subject, drawn[i]]));
  // one row of each subject
  const first = new Map(cells.map((row) => [row[at.subject], row]));
  const rows = own.map((subject) => first.get(subject));
  const thickness = names.filter((name) => name.endsWith("_thickness"));
  const volumes = names.slice(155, 204);
  const columns = [...thickness, ...volumes];
  const indices = columns.map((name) => names.indexOf(name));
  return {
    modalities: { thickness, volumes },
    rows: rows.map((row) => indices.map((i) => Number(row[i]))),
    target: rows.map((row) => Number(row[at.age])),
    parts: own.map((subject) => partOf(place.get(subject), 300, 60)),
  };
}

const partOf = (place, train, validation) =>
  place < train ? "train" : place < train + validation ? "validation" : "test";

const sizes = { markers: 200, weather: 120, soil: 80 };

/**
 * 400 columns like those of a field trial, 1200 rows for training, 300 for validation, 2000 for the test: 200 markers of 0, 1, 2,
 * correlated in blocks of 10; 120 values of weather that follow one another; 80 of soil that share eight factors.
 *   spread: every column has a weak linear effect; ten products of two columns make an eighth of what can be known
 *   sparse: nine columns have effects that are steps, curves and products, no other any
 * Noise makes 40 % of the variance.
 */
async function generated(kind, seed) {
  const rng = new Rng(`small-wide/${kind}/${seed}`);
  const count = 3500;
  const rows = Array.from({ length: count }, () => [...markers(rng), ...weather(rng), ...soil(rng)]);
  const signal = kind === "spread" ? spreadEffects(rows, rng) : sparseEffects(rows, rng);
  const target = unit(signal).map((value) => value * Math.sqrt(0.6) + rng.normal() * Math.sqrt(0.4));
  const modalities = Object.fromEntries(
    Object.entries(sizes).map(([name, width]) => [name, Array.from({ length: width }, (_, i) => `${name}_${i}`)]),
  );
  return {
    modalities,
    rows: rows.map((row) => row.map((value) => Number(value.toPrecision(6)))),
    target: target.map((value) => Number((8 + 1.5 * value).toPrecision(6))),
    parts: rows.map((_, i) => partOf(i, 1200, 300)),
  };
}

/** Alleles: a latent value for each of two chromosomes, that keeps four fifths of itself from marker to marker in a block. */
function markers(rng) {
  const chromosome = () =>
    chain(rng, sizes.markers, (i) => (i % 10 === 0 ? 0 : 0.9)).map((value) => Number(value > 0.3));
  const [one, other] = [chromosome(), chromosome()];
  return one.map((allele, i) => allele + other[i]);
}

const weather = (rng) => chain(rng, sizes.weather, () => 0.85);

/** Values of unit variance of which each keeps the given share of the one before. */
function chain(rng, length, share) {
  const out = [];
  for (let i = 0; i < length; i++) {
    const kept = i === 0 ? 0 : share(i);
    out.push(kept * (out[i - 1] ?? 0) + Math.sqrt(1 - kept * kept) * rng.normal());
  }
  return out;
}

function soil(rng) {
  const factors = Array.from({ length: 8 }, () => rng.normal());
  return Array.from({ length: sizes.soil }, (_, i) => 0.8 * factors[i % 8] + 0.6 * rng.normal());
}

function spreadEffects(rows, rng) {
  const columns = standardised(rows);
  const weights = columns.map(() => rng.normal());
  const linear = unit(rows.map((_, r) => columns.reduce((sum, column, j) => sum + weights[j] * column[r], 0)));
  const pairs = Array.from({ length: 10 }, () => [
    rng.integer(columns.length),
    rng.integer(columns.length),
    rng.normal(),
  ]);
  const products = unit(
    rows.map((_, r) => pairs.reduce((sum, [a, b, w]) => sum + w * columns[a][r] * columns[b][r], 0)),
  );
  return rows.map((_, r) => Math.sqrt(7 / 8) * linear[r] + Math.sqrt(1 / 8) * products[r]);
}

function sparseEffects(rows, rng) {
  const columns = standardised(rows);
  const bounds = [0, sizes.markers, sizes.markers + sizes.weather, columns.length];
  const pick = (m) => columns[bounds[m] + rng.integer(bounds[m + 1] - bounds[m])];
  const [a, b, c] = [0, 1, 2].map((m) => [pick(m), pick(m), pick(m)]);
  return rows.map(
    (_, r) =>
      1.2 * Number(b[0][r] > 0.5) +
      Math.abs(b[1][r]) +
      0.8 * Math.sin(2 * c[0][r]) +
      0.8 * Number(c[1][r] > 0) * a[0][r] +
      0.7 * a[1][r] * b[2][r] +
      0.5 * Math.max(0, c[2][r]) * a[2][r],
  );
}

/** Columns of mean 0 and variance 1. */
function standardised(rows) {
  return rows[0].map((_, j) => unit(rows.map((row) => row[j])));
}

function unit(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / deviation);
}

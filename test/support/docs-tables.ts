import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { Rng } from "../../src/math/rng.js";
import { writeRowFiles } from "./docs-row-files.js";
import { readDocument, root, yamlBlock } from "./documents.js";
import { writeNpy } from "./npy.js";
import { putParquet } from "./read-table.js";

/**
 * Writes what the documents speak of into the current folder: tables of 320 rows, `my-config.yaml` as "Getting started"
 * gives it, and the configs of the project with tables of the columns that they name.
 */
export async function writeStandIns(): Promise<void> {
  await mkdir("configs");
  const named = ["subject", "site", "sex", "age", "y", "cost", "a1", "a2", "b1", "b2", "lh_thickness", "rh_thickness"];
  const table = randomTable([...named, ...names(named.length, 204)], 320);
  for (const name of ["table.csv", "new.csv", "other-site.csv"]) await writeFile(name, table);
  await mkdir("parts");
  const [header, ...rows] = table.trimEnd().split("\n");
  for (const k of [0, 1]) {
    await writeFile(`parts/${k}.csv`, `${[header, ...rows.filter((_, r) => r % 2 === k)].join("\n")}\n`);
  }
  await putParquet(process.cwd(), "table.parquet", `FROM read_csv('${path.resolve("table.csv")}')`);
  await writeFile(
    "cov.json",
    JSON.stringify({
      cov: [
        [4, 1, 1],
        [1, 1, 0],
        [1, 0, 1],
      ],
      dm: 1,
      dims: [1, 1],
    }),
  );
  await writeFile("my-config.yaml", yamlBlock("docs/getting-started.md", "name: my-run"));
  await writeFile("diagnosis.yaml", yamlBlock("docs/classes.md", "name: diagnosis"));
  for (const file of ["patients.csv", "new-patients.csv"]) await writeFile(file, patientsTable(400));
  await writeFile("digits.yaml", yamlBlock("docs/modalities.md", "name: digits"));
  for (const file of ["digits.csv", "new-digits.csv"]) await writeFile(file, digitsTable(390));
  for (const file of ["pictures.npy", "new-pictures.npy"]) {
    writeNpy(
      file,
      [400, 5, 4],
      Float64Array.from({ length: 8000 }, (_, i) => (i * i) % 251),
    );
  }
  await writeRowFiles();
  for (const name of await readdir(path.join(root, "configs"))) await writeConfig(name);
}

/** Rows of three diagnoses, whom scores and scans tell apart. */
function patientsTable(rows: number): string {
  const rng = new Rng("patients");
  const lines = Array.from({ length: rows }, (_, i) => {
    const y = rng.integer(3);
    const cells = Array.from({ length: 4 }, (_cell, j) => y * (j < 2 ? 1 : 0.5) + rng.normal());
    return [`p${i}`, ["AD", "MCI", "healthy"][y], ...cells].join();
  });
  return ["patient,diagnosis,score_memory,score_speech,scan_left,scan_right", ...lines].join("\n");
}

/** Rows with a place in an array, one in ten without, and two columns. */
function digitsTable(rows: number): string {
  const rng = new Rng("digits");
  const lines = Array.from({ length: rows }, (_, i) => {
    const pen = [rng.normal(), rng.normal()];
    return [`s${i}`, pen[0] + rng.normal(), i % 10 === 0 ? "" : i, ...pen].join();
  });
  return ["id,y,place,pen_x,pen_y", ...lines].join("\n");
}

/** A config of the project, with a table of the shape that it expects. */
async function writeConfig(name: string): Promise<void> {
  const text = readDocument(`configs/${name}`);
  const { id, target, group, modalities, file } = parse(text).data;
  const columns = Object.values(modalities).flatMap((modality) => (modality as { columns: string[] }).columns);
  const ranges = columns.filter((column) => /^\d+:\d+$/.test(column)).map((range) => range.split(":").map(Number));
  const single = columns
    .filter((column) => !/^\d+:\d+$/.test(column))
    .flatMap((column) => (column.includes("*") ? ["lh", "rh"].map((side) => column.replace("*", side)) : [column]));
  const first = [...new Set([id, group, "site", ...[target].flat()].filter((column) => column !== undefined))];
  const filled = [...first, ...single];
  const end = Math.max(0, ...ranges.map(([, last]) => last));
  await writeFile(path.join("configs", name), text.replace(file, `${name}.csv`));
  const all = [...filled, ...names(filled.length, end)];
  await writeFile(path.join("configs", `${name}.csv`), randomTable(all, 320));
}

/** Names for columns that nothing is said about, by their place: tables agree in what an index range names. */
function names(from: number, end: number): string[] {
  return Array.from({ length: Math.max(0, end - from) }, (_, i) => `x${from + i}`);
}

/** Rows of normal numbers, four sites, subjects of their own, and targets that depend on other columns. */
function randomTable(columns: readonly string[], rows: number): string {
  const rng = new Rng("documents");
  const lines = Array.from({ length: rows }, (_, row) => {
    const common = rng.normal();
    return columns.map((name) => {
      if (/^(subject|sub_id|id|sampleID)$/.test(name)) return `row${row}`;
      if (/^(site|sex)$/.test(name)) return `site${row % 4}`;
      return (common + 0.5 * rng.normal()).toFixed(4);
    });
  });
  return `${[columns, ...lines].map((line) => line.join(",")).join("\n")}\n`;
}

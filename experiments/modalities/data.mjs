/* Where the data sets lie, and what the studies have in common. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Folder that holds one folder for each data set; the environment variable PIDREG_DATA names another one. */
export const dataFolder = path.resolve(
  process.env.PIDREG_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url)),
);

/** Folder of tables that are made, and of runs; git ignores it. */
export const madeFolder = fileURLToPath(new URL("../../runs/modalities", import.meta.url));

/**
 * Path of a data set's file.
 * @throws Error where it is not there, with what it is and where it is looked for
 */
export function dataFile(name) {
  const file = path.join(dataFolder, name);
  if (existsSync(file)) return file;
  throw new Error(
    `there is no ${file}: this study reads ${name.split("/")[0]}, which is not part of pidreg (experiments/modalities/README.md ` +
      "says where it comes from). The folder of the data sets is named by --data or by the environment variable PIDREG_DATA.",
  );
}

/** Writes a table of text and numbers, one object a row, and returns its path. */
export async function writeTable(file, rows) {
  await mkdir(path.dirname(file), { recursive: true });
  const names = Object.keys(rows[0]);
  const lines = rows.map((row) => names.map((name) => row[name]).join(","));
  await writeFile(file, `${names.join(",")}\n${lines.join("\n")}\n`);
  return file;
}

/** A copy in an order drawn from `rng`. */
export function shuffled(items, rng) {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(rng.uniform() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/documents.js";

/** What reads columns of a modality: a data set's tables, or what was fitted on each of their columns. */
const reading =
  /\bdataset\.modalities\b|\bloaded\.modalities\b|\bModality\b[^;]*data\/dataset|data\/prepare\/column-prep/;
/** Layers that know columns: reading tables, and the kinds of modality. */
const layers = ["data", "modalities", "config"];
/**
 * Where rows in memory become the columns of a data set, where those of a config become columns to decompose, and where columns
 * are screened, which takes the readings of mi/, a layer above data/.
 */
const doors = [
  path.join("library", "memory-values.ts"),
  path.join("cli", "decompose", "as-trained.ts"),
  path.join("run", "screened-columns.ts"),
];

it("columns of a modality are read where tables are, and nowhere else", () => {
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" });
  const sources = files.filter(
    (file) =>
      /\.ts$/.test(file) &&
      !/\.test\.ts$/.test(file) &&
      !layers.includes(file.split(path.sep)[0]) &&
      !doors.includes(file),
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((file) => reading.test(readFileSync(path.join(root, "src", file), "utf8")))).toEqual([]);
});

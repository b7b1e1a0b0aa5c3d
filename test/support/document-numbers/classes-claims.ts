import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../documents.js";
import type { Claim } from "./scan.js";

const few = readFileSync(path.join(root, "experiments/classes/few-rows.tsv"), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split("\t"));
/** The cells of a line of experiments/classes/few-rows.tsv by their names. */
const copies = (rows: string) => {
  const line = few.find(([source, n]) => source.startsWith("two copies of ten classes") && n === rows) as string[];
  return Object.fromEntries(few[0].map((name, i) => [name, Number(line[i])]));
};
const some = copies("1000");

/** Numbers of docs/ on classes. */
export const classesClaims: readonly Claim[] = [
  {
    document: "docs/decompose.md",
    says:
      "each with {} % noise, in ten cells, {} rows that are counted alone make unique parts of {} bits {} bits larger; beside " +
      "posteriors that were learned from {} other rows, {}, from {} other rows, {}",
    values: [
      ...[30, some.rows, ((some.true_unique_1 + some.true_unique_2) / 2).toFixed(2), some.unique_error.toFixed(2)],
      ...[0.8 * some.rows, some.unique_error_learned.toFixed(2)],
      ...[8 * some.rows, some.unique_error_learned_of_8.toFixed(2)],
    ],
  },
];

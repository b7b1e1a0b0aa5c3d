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
const [some, more] = ["1000", "5000"].map(copies);

/** Numbers of docs/ on classes. */
export const classesClaims: readonly Claim[] = [
  {
    document: "docs/decompose.md",
    says: "each with {} % noise, in ten cells, {} rows made unique parts of {} bits {} bits larger, {} rows {} bits",
    values: [
      ...[30, some.rows, ((some.true_unique_1 + some.true_unique_2) / 2).toFixed(2), some.unique_error.toFixed(2)],
      ...[more.rows, more.unique_error.toFixed(2)],
    ],
  },
];

/*
 * The tables of prediction.tsv and few-rows.tsv, written into README.md.
 *   node experiments/classes/summarise.mjs [--print]
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain } from "../lib/pool.mjs";
import { fillSection, groupBy, mean, spread, table } from "../lib/statistics.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

function rowsOf(text) {
  const [head, ...lines] = text.trim().split("\n");
  const names = head.split("\t");
  return lines.map((line) => Object.fromEntries(line.split("\t").map((cell, j) => [names[j], cell])));
}

/** Errors of atoms of cells that are given, from the text of few-rows.tsv. */
export function fewRowsTable(text) {
  const cells = (row) => [
    ...[row.source, row.rows, row.rows_per_class_of_cell, row.true_unique_1, row.true_unique_2, row.true_redundant],
    ...[row.unique_error, row.redundant_error, row.rms, row.rms_1_over_n, row.rms_1_over_root_n, row.limit],
    ...[row.unique_error_learned, row.rms_learned, row.unique_error_learned_of_8, row.rms_learned_of_8],
  ];
  return table(
    [
      ...["source", "rows", "rows per class of a cell", "unique to 1", "unique to 2", "redundant"],
      ...["error of unique parts", "error of redundant part", "r.m.s. error", "of 1/n off", "of 1/√n off", "limit"],
      ...["with posteriors of .8 n rows: unique", "r.m.s.", "of 8 n rows: unique", "r.m.s."],
    ],
    rowsOf(text).map(cells),
  );
}

/** Means over the seeds, from the text of prediction.tsv. */
export function predictionTable(text) {
  const rows = rowsOf(text);
  const models = ["pidreg", "logistic", "sklearn_logistic", "sklearn_boosting", "shares"];
  const byTask = [...groupBy(rows, ({ task }) => task)].map(([task, own]) => {
    const losses = (name) => own.map((row) => Number(row[name]));
    const better = own.map((row) => Math.min(Number(row.sklearn_logistic), Number(row.sklearn_boosting)));
    const beyond = own.map((row, i) => Number(row.pidreg) - better[i]);
    return [
      ...[task, own.map(({ seed }) => seed).join(", "), own[0].train, own[0].test, own[0].classes],
      ...models.map((name) => spread(losses(name))),
      spread(beyond, { signed: true }),
      mean(losses("achieved")).toFixed(3),
    ];
  });
  return table(
    [
      ...["task", "seeds", "training rows", "test rows", "classes", "pidreg", "our logistic regression"],
      ...["scikit-learn, logistic", "scikit-learn, boosting", "class shares", "pidreg less the better of scikit-learn"],
      "coverage of 90 % sets",
    ],
    byTask,
  );
}

if (isMain(import.meta.url)) {
  const tables = {
    prediction: predictionTable(await readFile(here("prediction.tsv"), "utf8")),
    "few-rows": fewRowsTable(await readFile(here("few-rows.tsv"), "utf8")),
  };
  if (!process.argv.includes("--print")) {
    const readme = here("README.md");
    let text = await readFile(readme, "utf8");
    for (const [name, filled] of Object.entries(tables)) text = fillSection(text, name, filled);
    await writeFile(readme, text);
  }
  for (const filled of Object.values(tables)) process.stdout.write(`${filled}\n\n`);
}

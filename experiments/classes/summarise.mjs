/*
 * The table of prediction.tsv, written into README.md.
 *   node experiments/classes/summarise.mjs [--print]
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain } from "../lib/pool.mjs";
import { fillSection, groupBy, mean, spread, table } from "../lib/statistics.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Means over the seeds, from the text of prediction.tsv. */
export function predictionTable(text) {
  const [head, ...lines] = text.trim().split("\n");
  const names = head.split("\t");
  const rows = lines.map((line) => Object.fromEntries(line.split("\t").map((cell, j) => [names[j], cell])));
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
  const text = predictionTable(await readFile(here("prediction.tsv"), "utf8"));
  if (!process.argv.includes("--print")) {
    const readme = here("README.md");
    await writeFile(readme, fillSection(await readFile(readme, "utf8"), "prediction", text));
  }
  process.stdout.write(`${text}\n`);
}

/*
 * The tables of README.md from results.jsonl and boosting.jsonl.
 *   node experiments/accuracy/summarise.mjs
 */
import { readFile, writeFile } from "node:fs/promises";
import { correctedResampledInterval } from "../../dist/evaluation/paired.js";
import { readResults } from "../lib/pool.mjs";
import { groupBy, mean, spread } from "../lib/statistics.mjs";

const here = (path) => new URL(path, import.meta.url);
const results = await readResults(here("results.jsonl"));
const boosting = await readResults(here("boosting.jsonl"));

/** Significant digits of an error, by its size. */
const digits = (value) => (value >= 100 ? 1 : value >= 1 ? 2 : 3);

/** Rows of one target's table: every model with mean and sd over seeds, and how far pidreg is from it. */
function modelRows(cells, target) {
  const names = Object.keys(cells[0].errors).filter((name) => cells.every(({ errors }) => name in errors));
  const boosted = boosting.filter(({ study, seed }) =>
    cells.some((cell) => cell.study === study && cell.seed === seed),
  );
  const of = (name) => cells.map(({ errors }) => errors[name].test.perTarget[target]);
  const own = of("pidreg").map(({ rmse }) => rmse);
  const rows = names.map((name) => ({
    name,
    rmse: of(name).map(({ rmse }) => rmse),
    mae: of(name).map(({ mae }) => mae),
  }));
  if (boosted.length === cells.length) {
    const errors = cells.map(({ seed }) => boosted.find((line) => line.seed === seed).errors[target]);
    rows.push({ name: "boosting", rmse: errors.map(({ rmse }) => rmse), mae: errors.map(({ mae }) => mae) });
  }
  const { rows: sizes } = cells[0];
  return rows
    .sort((a, b) => mean(a.rmse) - mean(b.rmse))
    .map(({ name, rmse, mae }) => {
      const d = digits(mean(own));
      const differences = own.map((value, i) => value - rmse[i]);
      const difference = name === "pidreg" ? "" : interval(differences, sizes.test / sizes.train, d);
      const relative = name === "pidreg" ? "" : percent(mean(own) / mean(rmse) - 1);
      return `| ${name} | ${spread(rmse, { digits: d })} | ${spread(mae, { digits: d })} | ${difference} | ${relative} |`;
    });
}

function interval(differences, testToTrain, d) {
  if (differences.length < 2) return differences[0].toFixed(d);
  const { value, low, high } = correctedResampledInterval(differences, testToTrain);
  return `${value.toFixed(d)} (${low.toFixed(d)} .. ${high.toFixed(d)})`;
}

function percent(value) {
  return `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)} %`;
}

function atomsText(cells) {
  const names = Object.keys(cells[0].information.byModality);
  const bits = (pick) => spread(cells.map(pick), { digits: 2 });
  const alone = names.map((name) => `${name} ${bits((cell) => cell.information.byModality[name])}`).join(", ");
  const weights = names.map((name) => `${name} ${bits((cell) => cell.weights.byModality[name])}`).join(", ");
  return (
    `Bits: total ${bits((cell) => cell.information.total)}; alone: ${alone}; redundancy ` +
    `${bits((cell) => cell.atoms.redundancy)}, synergy ${bits((cell) => cell.atoms.synergy)}. Fusion weights: ${weights}.`
  );
}

function section(study, cells) {
  const targets = Object.keys(cells[0].errors.pidreg.test.perTarget);
  const { train, validation, test } = cells[0].rows;
  const tables = targets.flatMap((target) => [
    `Target ${target}, test part.`,
    "",
    "| model | RMSE | MAE | pidreg minus model, RMSE (95 %) | relative |",
    "|---|---|---|---|---|",
    ...modelRows(cells, target),
    "",
  ]);
  return [
    `## ${study}`,
    "",
    `${train} / ${validation} / ${test} rows, seeds ${cells.map(({ seed }) => seed).join(", ")}. ${atomsText(cells)}`,
    "",
    ...tables,
  ];
}

const sections = [...groupBy(results, ({ study }) => study)].flatMap(([study, cells]) =>
  section(
    study,
    [...cells].sort((a, b) => a.seed - b.seed),
  ),
);
const readme = await readFile(here("README.md"), "utf8");
const [before] = readme.split("<!-- results -->");
await writeFile(here("README.md"), `${before}<!-- results -->\n\n${sections.join("\n").trimEnd()}\n`);

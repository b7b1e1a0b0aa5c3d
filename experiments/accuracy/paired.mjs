/* Differences of test errors on the same rows, with bootstrap intervals over the rows. */
import { readFile } from "node:fs/promises";
import { parseCsv } from "../../dist/report/csv.js";

const draws = 1000;

/**
 * Per target and compared model: RMSE of pidreg minus RMSE of the model on the test rows, in the unit of the target, and
 * the bounds that hold 95 % of it when rows are drawn anew.
 * @param folder run folder with predictions.csv and comparisons.csv
 */
export async function pairedDifferences(folder, targets, rng) {
  const [own, others] = await Promise.all(
    ["predictions.csv", "comparisons.csv"].map((name) => table(`${folder}/${name}`)),
  );
  const test = own.column("part").flatMap((part, i) => (part === "test" ? [i] : []));
  return Object.fromEntries(
    targets.map((target) => {
      const squares = (from, name) => {
        const [truth, predicted] = [from.column(target), from.column(name)];
        return Float64Array.from(test, (i) => (predicted[i] - truth[i]) ** 2);
      };
      const pidreg = squares(own, `${target}.prediction`);
      const names = others.header.filter((name) => name.startsWith(`${target}.`));
      const models = [["ridge", squares(own, `${target}.ridge`)]];
      for (const name of names) models.push([name.slice(target.length + 1), squares(others, name)]);
      return [target, Object.fromEntries(models.map(([name, other]) => [name, difference(pidreg, other, rng)]))];
    }),
  );
}

async function table(file) {
  const { header, rows } = parseCsv(await readFile(file, "utf8"), file);
  return { header, column: (name) => rows.map((row) => row[header.indexOf(name)]) };
}

function difference(first, second, rng) {
  const n = first.length;
  const rmse = (squares, order) => Math.sqrt(order.reduce((sum, i) => sum + squares[i], 0) / n);
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const samples = Array.from({ length: draws }, () => {
    const order = all.map(() => rng.integer(n));
    return rmse(first, order) - rmse(second, order);
  }).sort((a, b) => a - b);
  const round = (value) => Number(value.toPrecision(5));
  return {
    difference: round(rmse(first, all) - rmse(second, all)),
    low: round(samples[Math.floor(0.025 * draws)]),
    high: round(samples[Math.ceil(0.975 * draws) - 1]),
  };
}

/* Differences of test errors on the same rows, with bootstrap intervals over the rows, or over whole groups of them. */
import { readFile } from "node:fs/promises";
import { pairedDifference } from "pidreg";
import { parseCsv } from "../../dist/files/parse-csv.js";

/** Root mean squared error. */
function rmse(truth, prediction) {
  return Math.sqrt(truth.reduce((sum, y, i) => sum + (prediction[i] - y) ** 2, 0) / truth.length);
}

/**
 * Per target and compared model: RMSE of pidreg minus RMSE of the model on the test rows, in the unit of the target, and
 * the bounds that hold 95 % of it when rows, or the groups that the run keeps together, are drawn anew.
 * @param folder run folder with predictions.csv and comparisons.csv
 */
export async function pairedDifferences(folder, targets, rng) {
  const [own, others] = await Promise.all(
    ["predictions.csv", "comparisons.csv"].map((name) => table(`${folder}/${name}`)),
  );
  const test = own.column("part").flatMap((part, i) => (part === "test" ? [i] : []));
  const grouped = own.header.includes("group") ? own.column("group") : null;
  const groups = grouped === null ? null : test.map((i) => grouped[i]);
  const values = (from, name) => {
    const column = from.column(name);
    return Float64Array.from(test, (i) => Number(column[i]));
  };
  return Object.fromEntries(
    targets.map((target) => {
      const truth = values(own, target);
      const pidreg = values(own, `${target}.prediction`);
      const names = others.header.filter((name) => name.startsWith(`${target}.`));
      const models = [["ridge", values(own, `${target}.ridge`)]];
      for (const name of names) models.push([name.slice(target.length + 1), values(others, name)]);
      const difference = (other) => rounded(pairedDifference(rmse, truth, pidreg, other, { rng, groups }));
      return [target, Object.fromEntries(models.map(([name, other]) => [name, difference(other)]))];
    }),
  );
}

function rounded({ value, low, high }) {
  const [difference, from, to] = [value, low, high].map((number) => Number(number.toPrecision(5)));
  return { difference, low: from, high: to };
}

async function table(file) {
  const { header, rows } = parseCsv(await readFile(file, "utf8"), file);
  return { header, column: (name) => rows.map((row) => row[header.indexOf(name)]) };
}

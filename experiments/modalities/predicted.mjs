/* Errors that are not among those of a run, from its predictions on the test rows. */
import { readFile } from "node:fs/promises";
import path from "node:path";

/** Mean absolute percentage error by model, where the target is a logarithm. @param folder of the run */
export async function percentErrors(folder) {
  const { names, rows } = await testRows(folder);
  const { baselines } = JSON.parse(await readFile(path.join(folder, "metrics.json"), "utf8"));
  const of = (column) => {
    const [y, at] = [names.indexOf("y"), names.indexOf(column)];
    if (at < 0) return [];
    const errors = rows.map((cells) => Math.abs(Math.exp(Number(cells[at]) - Number(cells[y])) - 1));
    return [(100 * errors.reduce((a, b) => a + b, 0)) / errors.length];
  };
  const models = [["pidreg", "y.prediction"], ...Object.keys(baselines).map((name) => [name, `y.${name}`])];
  return Object.fromEntries(models.flatMap(([name, column]) => of(column).map((error) => [name, error])));
}

/** Root mean squared error of the mean of the probabilities, where classes are numbers. @param folder of the run */
export async function expectedError(folder) {
  const { names, rows } = await testRows(folder);
  const prefix = "y.probability.";
  const classes = names.flatMap((name, at) => (name.startsWith(prefix) ? [[Number(name.slice(prefix.length)), at]] : []));
  if (classes.length === 0) throw new Error(`${folder}: predictions.csv has no probabilities`);
  const squares = rows.map((cells) => {
    const expected = classes.reduce((sum, [value, at]) => sum + value * Number(cells[at]), 0);
    return (expected - Number(cells[names.indexOf("y")])) ** 2;
  });
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
}

async function testRows(folder) {
  const [head, ...lines] = (await readFile(path.join(folder, "predictions.csv"), "utf8")).trim().split("\n");
  const names = head.split(",");
  return { names, rows: lines.map((line) => line.split(",")).filter((cells) => cells[names.indexOf("part")] === "test") };
}

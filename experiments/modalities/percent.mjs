/* Errors in per cent of what a run predicts, where its target is a logarithm. */
import { readFile } from "node:fs/promises";
import path from "node:path";

/** Mean absolute percentage error on the test rows, by model. @param folder of the run */
export async function percentErrors(folder) {
  const [head, ...lines] = (await readFile(path.join(folder, "predictions.csv"), "utf8")).trim().split("\n");
  const names = head.split(",");
  const rows = lines.map((line) => line.split(",")).filter((cells) => cells[names.indexOf("part")] === "test");
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

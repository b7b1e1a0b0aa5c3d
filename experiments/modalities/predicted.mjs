/* Errors that are not among those of a run, from its predictions on the test rows. */
import { readFile } from "node:fs/promises";
import path from "node:path";

/** Mean absolute percentage error by model, where the target is a logarithm. @param folder of the run */
export async function percentErrors(folder) {
  const own = await testRows(folder, "predictions.csv");
  const others = await testRows(folder, "comparisons.csv").catch((error) => {
    if (error.code === "ENOENT") return { names: [], rows: [] };
    throw error;
  });
  const errors = ({ names, rows }) =>
    names.flatMap((name, at) => {
      const model = name === "y.prediction" ? "pidreg" : name.slice("y.".length);
      if (!name.startsWith("y.") || notPredictions.includes(model.split(".")[0])) return [];
      const y = names.indexOf("y");
      const off = rows.map((cells) => Math.abs(Math.exp(Number(cells[at]) - Number(cells[y])) - 1));
      return [[model, (100 * off.reduce((a, b) => a + b, 0)) / off.length]];
    });
  return Object.fromEntries([...errors(own), ...errors(others)]);
}

/** Columns `y.NAME` that are something else. */
const notPredictions = ["lower", "upper", "scale", "crossed", "contribution"];

/** Root mean squared error of the mean of the probabilities, where classes are numbers. @param folder of the run */
export async function expectedError(folder) {
  const { names, rows } = await testRows(folder, "predictions.csv");
  const prefix = "y.probability.";
  const classes = names.flatMap((name, at) =>
    name.startsWith(prefix) ? [[Number(name.slice(prefix.length)), at]] : [],
  );
  if (classes.length === 0) throw new Error(`${folder}: predictions.csv has no probabilities`);
  const squares = rows.map((cells) => {
    const expected = classes.reduce((sum, [value, at]) => sum + value * Number(cells[at]), 0);
    return (expected - Number(cells[names.indexOf("y")])) ** 2;
  });
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
}

async function testRows(folder, file) {
  const [head, ...lines] = (await readFile(path.join(folder, file), "utf8")).trim().split("\n");
  const names = head.split(",");
  return {
    names,
    rows: lines.map((line) => line.split(",")).filter((cells) => cells[names.indexOf("part")] === "test"),
  };
}

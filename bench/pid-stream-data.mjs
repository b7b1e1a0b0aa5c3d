// The table of the streaming benchmark: a target and two modalities that share latent factors, so that the true
// covariance, and with it every atom, is known. Rows depend on the row number only: the same file every time.
import { DuckDBInstance } from "@duckdb/node-api";

const factors = 4;
export const widths = { a: 30, b: 29 };

/** Linear model of every column: weights on the factors, standard deviation of its own noise. */
export function model() {
  const columns = [{ name: "y", weights: [1, 1, 1, 0], noise: 1 }];
  for (let k = 0; k < widths.a; k++) {
    columns.push({ name: `a${k}`, weights: [1, 0, 0.5, (k % 5) * 0.5], noise: 3 + (k % 7) });
  }
  for (let k = 0; k < widths.b; k++) {
    columns.push({ name: `b${k}`, weights: [0, 0.8, 0.5, (k % 3) * 0.5], noise: 3 + (k % 4) });
  }
  return columns;
}

/** True covariance, in the order of the columns. */
export function trueCovariance() {
  const columns = model();
  return columns.map((x, i) =>
    columns.map((y, j) => x.weights.reduce((sum, w, f) => sum + w * y.weights[f], 0) + (i === j ? x.noise ** 2 : 0)),
  );
}

/** Writes the table as Parquet; 10 million rows are 4.8 GB and take a minute or two. */
export async function generate(file, rows) {
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "2GB" });
  const connection = await instance.connect();
  const columns = model();
  // Box-Muller on hashes of the row number (hashed twice: once leaves consecutive numbers related): pair p gives two independent normals
  const uniform = (k) => `((hash(hash(i * 1000 + ${k}) + 1) >> 11)::DOUBLE + 0.5) * ${2 ** -53}`;
  const normals = Array.from({ length: Math.ceil((factors + columns.length) / 2) }, (_, p) => {
    const radius = `sqrt(-2 * ln(${uniform(2 * p)}))`;
    const angle = `${2 * Math.PI} * ${uniform(2 * p + 1)}`;
    return `${radius} * cos(${angle}) AS z${2 * p}, ${radius} * sin(${angle}) AS z${2 * p + 1}`;
  });
  const sums = columns.map(({ name, weights, noise }, j) => {
    const terms = weights.map((w, f) => (w === 0 ? "" : `${w} * z${f} + `)).join("");
    return `${terms}${noise} * z${factors + j} AS ${name}`;
  });
  const select = `SELECT ${sums.join(", ")} FROM (SELECT ${normals.join(", ")} FROM range(${rows}) t(i))`;
  await connection.run(
    `COPY (${select}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION uncompressed)`,
  );
  connection.closeSync();
  instance.closeSync();
}

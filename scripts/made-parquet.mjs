// Writes a table of any number of rows as Parquet, by DuckDB: id, y, m_0_0, m_0_1, .. m_1_0, ..
// Usage: node scripts/made-parquet.mjs FILE ROWS [MODALITIES] [COLUMNS]
import { DuckDBInstance } from "@duckdb/node-api";

/** Even noise in [-0.5, 0.5), from a hash of the row and of a number of its own. */
const noise = (k) => `(hash(i * 1000003 + ${k}) % 1000000) / 1e6 - 0.5`;

/** Modalities of `width` columns; the target is a sum and a product of some of them, and a little noise. */
export async function writeParquet(file, { rows, modalities = 2, width = 30 }) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "1GB" });
  const connection = await instance.connect();
  const names = Array.from({ length: modalities * width }, (_, j) => `m_${Math.floor(j / width)}_${j % width}`);
  const columns = names.map((name, j) => `CAST(${noise(j)} AS FLOAT) AS ${name}`);
  const [a, b] = ["m_0_0", modalities > 1 ? "m_1_0" : "m_0_1"];
  const sql =
    `COPY (SELECT i AS id, ${a} + ${b} + 4 * ${a} * ${b} + 0.3 * (${noise(names.length)}) AS y, ${names.join(", ")} ` +
    `FROM (SELECT i, ${columns.join(", ")} FROM range(${rows}) t(i))) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 100000)`;
  await connection.run("SET preserve_insertion_order = false");
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

const [, program, file, rows, modalities = "2", width = "30"] = process.argv;
if (import.meta.filename === program) {
  await writeParquet(file, { rows: Number(rows), modalities: Number(modalities), width: Number(width) });
}

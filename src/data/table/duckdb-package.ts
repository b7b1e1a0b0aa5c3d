import { createRequire } from "node:module";
import type * as DuckDB from "@duckdb/node-api";

const require = createRequire(import.meta.url);

/** DuckDB, loaded when it is first asked for; by `require`, for the reason that src/tensorflow.ts gives. */
export function duckdb(): typeof DuckDB {
  return require("@duckdb/node-api");
}

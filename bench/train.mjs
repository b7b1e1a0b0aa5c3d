/*
 * A whole training with the default config, from the table to the report: CPU seconds and errors, a process of its own
 * for each, one after another.
 *   node bench/main.mjs train [--json] [--tables brain-age,small,..] [--seeds 1-3] [--set path=value ..]
 * Tables are those of the accuracy study and generated ones (train-tables.mjs); one whose file is not in ../shared/data is
 * left out, which is said. CPU seconds count every thread of the process; `error` is the root mean squared error of the
 * test rows in the unit of the target, over all targets, `validation` that of the validation rows.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { numberList } from "../experiments/lib/pool.mjs";
import { tableNames } from "./train-tables.mjs";

const once = fileURLToPath(new URL("./train-once.mjs", import.meta.url));

export async function run(args) {
  const { values: options } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      tables: { type: "string", default: tableNames.join() },
      seeds: { type: "string", default: "1" },
      set: { type: "string", multiple: true, default: [] },
    },
  });
  const tables = options.tables.split(",");
  const unknown = tables.filter((name) => !tableNames.includes(name));
  if (unknown.length > 0) throw new Error(`no table ${unknown.join(", ")}; there are: ${tableNames.join(", ")}`);
  const rows = [];
  for (const table of tables) {
    for (const seed of numberList(options.seeds)) {
      const measured = await trainOnce(table, [...options.set, `seed=${seed}`]);
      if (measured === null) {
        console.error(`bench: the table ${table} is not in ../shared/data; it is left out`);
        break;
      }
      rows.push({ table, seed, ...measured });
    }
  }
  const columns = ["table", "seed", "cpuSeconds", "wallSeconds", "error", "validation", "epochs"];
  return { title: "whole trainings", columns, set: options.set, rows };
}

/** @returns null where the table's file is not there */
async function trainOnce(table, overrides) {
  const { stdout } = await promisify(execFile)(process.execPath, [once, table, ...overrides]);
  return JSON.parse(stdout);
}

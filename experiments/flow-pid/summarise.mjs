/*
 * Table of results.jsonl, written into README.md.
 *   node experiments/flow-pid/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

const readings = {
  truth: "truth",
  values: "closed form, columns as they are",
  ranks: "closed form, normal scores of columns",
  flows: "flows, held out",
  inSample: "flows, rows that they were fitted to",
};

const digits = (value) => value.toFixed(3);

function lines(result) {
  return Object.entries(readings).map(([key, label], k) => {
    const errors = key === "flows" ? result.errors : null;
    const cells = result[key].map((bits, i) =>
      errors === null ? digits(bits) : `${digits(bits)} ± ${digits(errors[i])}`,
    );
    return [
      k === 0 ? `${result.name}, ${result.rows} rows, seed ${result.seed}` : "",
      label,
      ...cells,
      key === "flows" ? result.seconds.toFixed(0) : "",
    ];
  });
}

/** The table, from the lines of results.jsonl. */
export function summary(results) {
  return table(["case", "reading", "R", "U1", "U2", "S", "CPU s"], results.flatMap(lines));
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summary);

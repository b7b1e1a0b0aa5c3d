/*
 * Tables of results.jsonl and boosting.jsonl, written into README.md.
 *   node experiments/small-wide/summarise.mjs [--results results.jsonl] [--print]
 */
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
import { groupBy, mean, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

const columns = ["pidreg", "network", "ridge", "boosting"];

/** One line per table: test errors over its seeds, and how far the model is from the better of ridge and boosting. */
export function summaryTable(results, boosted) {
  const rows = Array.from(
    groupBy(results, ({ table: name }) => name),
    ([name, cells]) => {
      const all = cells.flatMap((cell) => {
        const other = boosted.find(({ table: own, seed }) => own === name && seed === cell.seed);
        return other === undefined ? [] : [{ ...cell, boosting: other }];
      });
      if (all.length === 0) return [name, ...Array.from({ length: 7 }, () => "")];
      const errors = Object.fromEntries(columns.map((model) => [model, all.map((cell) => cell[model].test)]));
      const best = Math.min(mean(errors.ridge), mean(errors.boosting));
      const change = 100 * (mean(errors.pidreg) / best - 1);
      return [
        name,
        all.map(({ seed }) => seed).join(", "),
        ...columns.map((model) => spread(errors[model])),
        all.map(({ shares }) => (shares === null ? "none" : shares.join("/"))).join(", "),
        `${change >= 0 ? "+" : ""}${change.toFixed(1)} %`,
      ];
    },
  );
  const head = [
    "table",
    "seeds",
    "pidreg",
    "its network alone",
    "ridge",
    "boosting",
    "share of the path",
    "to the better of both",
  ];
  return table(head, rows);
}

if (isMain(import.meta.url)) {
  const boosted = await readResults(fileURLToPath(new URL("boosting.jsonl", import.meta.url)));
  await writeSummary(import.meta.url, (results) =>
    summaryTable(
      results.filter(({ set }) => set.length === 0),
      boosted,
    ),
  );
}

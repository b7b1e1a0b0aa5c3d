/*
 * Tables of results.jsonl and boosting.jsonl, written into README.md.
 *   node experiments/small-wide/summarise.mjs [--results results.jsonl] [--print]
 */
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
import { groupBy, mean, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

const models = ["pidreg", "network", "ridge"];

/** One line per table: test errors over its seeds, and how far the model is from the better of ridge and boosting. */
export function summaryTable(results, boosted) {
  const rows = Array.from(
    groupBy(results, ({ table: name }) => name),
    ([name, cells]) => {
      const errors = Object.fromEntries(models.map((model) => [model, cells.map((cell) => cell[model].test)]));
      const seeds = cells.map(({ seed }) => seed);
      const others = boosted.filter(({ table: own, seed }) => own === name && seeds.includes(seed));
      const best = Math.min(mean(errors.ridge), ...(others.length === 0 ? [] : [mean(others.map(({ test }) => test))]));
      const change = 100 * (mean(errors.pidreg) / best - 1);
      return [
        name,
        seeds.join(", "),
        ...models.map((model) => spread(errors[model])),
        boostingText(others, seeds),
        cells.map(({ shares }) => (shares === null ? "none" : shares.join("/"))).join(", "),
        `${change >= 0 ? "+" : ""}${change.toFixed(1)} %`,
      ];
    },
  );
  const named = ["pidreg", "its network alone", "ridge", "boosting"];
  return table(["table", "seeds", ...named, "share of the path", "to the better of both"], rows);
}

/** Errors over the seeds that it was trained with, which are named where they are fewer. */
function boostingText(others, seeds) {
  if (others.length === 0) return "";
  const text = spread(others.map(({ test }) => test));
  return others.length === seeds.length ? text : `${text} (seed ${others.map(({ seed }) => seed).join(", ")})`;
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

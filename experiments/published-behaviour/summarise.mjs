/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/published-behaviour/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { groupBy, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

function presetRow(results) {
  const of = (read, options) => spread(results.map(read), options);
  const names = Object.keys(results[0].weights);
  const modalities = Object.keys(results[0].reported.unique);
  return [
    results[0].preset,
    of(({ test }) => test.rmse),
    of(({ reported }) => reported.total),
    of(({ testAtoms }) => testAtoms.values.total),
    [
      ...modalities.map((name) => `unique to ${name} ${of(({ reported }) => reported.unique[name])}`),
      `redundancy ${of(({ reported }) => reported.redundancy)}`,
      `synergy ${of(({ reported }) => reported.synergy)}`,
    ].join("<br>"),
    names.map((name) => `${name} ${results.map(({ weights }) => weights[name].toFixed(2)).join(", ")}`).join("<br>"),
    of(({ seconds }) => seconds, { digits: 0 }),
  ];
}

export function summarise(results) {
  return [...groupBy(results, (result) => result.table)]
    .map(([name, all]) => {
      const { regression } = all[0];
      const truth =
        regression === null
          ? []
          : [
              `True: information ${regression.total.toFixed(2)}, unique ` +
                `${Object.values(regression.unique)
                  .map((value) => value.toFixed(2))
                  .join(
                    " and ",
                  )}, redundancy ${regression.redundancy.toFixed(2)}, synergy ${regression.synergy.toFixed(2)} bits.`,
            ];
      return [
        `### ${name}`,
        ...truth,
        table(
          [
            "preset",
            "test RMSE",
            "information it reports, bits",
            "information on test rows",
            "atoms it reports",
            "fusion weights, one per seed",
            "seconds",
          ],
          [...groupBy(all, ({ preset }) => preset).values()].map(presetRow),
        ),
      ].join("\n\n");
    })
    .join("\n\n");
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summarise);

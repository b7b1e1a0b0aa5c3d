/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/information-bottleneck/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { groupBy, pairedChange, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";
import { arms, noises } from "./run.mjs";

function armRow(results, none) {
  const of = (read, digits = 3) => spread(results.map(read), { digits });
  return [
    results[0].arm,
    of(({ test }) => test.rmse),
    pairedChange(results, none),
    of(({ cs }) => cs),
    of(({ bits }) => bits, 0),
    of(({ total }) => total, 2),
    ...noises.map((noise) => of(({ noisy }) => noisy[noise])),
  ];
}

export function summarise(results) {
  return [...groupBy(results, (result) => result.table)]
    .map(([name, all]) => {
      const none = all.filter(({ arm }) => arm === "none");
      const byArm = groupBy(all, ({ arm }) => arm);
      const rows = Object.keys(arms).flatMap((arm) => (byArm.has(arm) ? [armRow(byArm.get(arm), none)] : []));
      const head = [
        ...["terms", "test RMSE", "paired change", "I_CS(X; Z), nats", "I(X; Z) at most, bits", "I(Y; Z), bits"],
        ...noises.map((noise) => `RMSE, noise ${noise}`),
      ];
      return `### ${name}\n\n${table(head, rows)}`;
    })
    .join("\n\n");
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summarise);

/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/balancing/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { groupBy, pairedChange, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";
import { arms } from "./run.mjs";

function armRow(results, none, names) {
  const of = (read, digits = 3) => spread(results.map(read), { digits });
  return [
    results[0].arm,
    of(({ test }) => test.rmse),
    pairedChange(results, none),
    ...names.map((name) => of(({ lacking }) => lacking[name])),
    ...names.map((name) => of(({ atoms }) => atoms.unique[name], 2)),
    of(({ atoms }) => atoms.redundancy, 2),
    of(({ atoms }) => atoms.synergy, 2),
    spread(
      results.map(({ seconds }) => seconds),
      { digits: 1 },
    ),
  ];
}

export function summarise(results) {
  return [...groupBy(results, (result) => result.table)]
    .map(([name, all]) => {
      const names = Object.keys(all[0].lacking);
      const none = all.filter(({ arm }) => arm === "none");
      const byArm = groupBy(all, ({ arm }) => arm);
      const rows = Object.keys(arms).flatMap((arm) => (byArm.has(arm) ? [armRow(byArm.get(arm), none, names)] : []));
      const head = [
        ...["terms", "test RMSE", "paired change", ...names.map((one) => `RMSE without ${one}`)],
        ...[...names.map((one) => `unique ${one}`), "redundancy", "synergy", "CPU s"],
      ];
      return `### ${name}\n\n${table(head, rows)}`;
    })
    .join("\n\n");
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summarise);

/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/beyond-gaussian/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { groupBy, mean, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

/** Shannon informations in bits, by `truth.mjs`. */
export const truth = {
  lin: { alpha: 0.292, beta: 0.292, all: 0.792 },
  skew: { alpha: 0.424, beta: 0.424, all: 1.585 },
  noise: { alpha: 0, beta: 0, all: 0 },
  three: { alpha: 0.72, beta: 0.591, gamma: 0, all: 1.174 },
  absmode: { alpha: 2.417, beta: 0, all: 2.417 },
  hetero: { alpha: 0.649, beta: 0.184, all: 1.198 },
  scale: { alpha: 0, beta: 0.623, all: 0.623 },
  ring: { alpha: 0.602, beta: 0.602, all: 1.729 },
  expprod: { alpha: 0.595, beta: 0.333, all: 1.532 },
  vec: { alpha: 1.799, beta: 0, all: 1.799 },
};

const bits = (values) => mean(values).toFixed(3);

/** Readings of one source over the tables of one kind. */
function line([key, readings]) {
  const [name, of] = key.split(" ");
  const [density, gap] = [(r) => r.density, (r) => r.gap];
  const above = readings.filter((r) => r.density[0] - 2 * r.density[1] > truth[name][of]).length;
  const spread = (pick) => `${bits(readings.map((r) => pick(r)[0]))} ± ${bits(readings.map((r) => pick(r)[1]))}`;
  const beyond = readings.filter((r) => r.beyond).length;
  return [
    name,
    of,
    truth[name][of].toFixed(3),
    bits(readings.map((r) => r.gaussian)),
    spread(density),
    spread(gap),
    `${beyond} of ${readings.length}`,
    `${above} of ${readings.length}`,
  ];
}

/** One table per number of rows. */
export function summarise(results) {
  const head = ["table", "source", "truth", "Gaussian, held out", "density", "gap", "beyond", "above the truth"];
  const seconds = [];
  const tables = [...groupBy(results, ({ rows }) => rows)].map(([rows, all]) => {
    const readings = all.flatMap(({ name, readings: found }) => found.map((r) => ({ ...r, key: `${name} ${r.of}` })));
    const used = all.map((result) => result.seconds);
    seconds.push(`${rows} rows: ${mean(used).toFixed(1)} (${Math.max(...used).toFixed(1)} at most)`);
    return `${rows} rows, ${Math.max(...[...groupBy(all, (r) => r.name).values()].map((r) => r.length))} tables of a kind at most.\n\n${table(head, [...groupBy(readings, (r) => r.key)].map(line))}`;
  });
  return [...tables, `CPU seconds of a check: ${seconds.join("; ")}.`].join("\n\n");
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summarise);

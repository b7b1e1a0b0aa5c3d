/*
 * Tables of results.jsonl: node experiments/intervals/summarise.mjs [results.jsonl]
 * Means over the seeds; the tenths are the least and the greatest of the means.
 */
import { fileURLToPath } from "node:url";
import { readResults } from "../lib/pool.mjs";

const results = await readResults(process.argv[2] ?? fileURLToPath(new URL("results.jsonl", import.meta.url)));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share) => (100 * share).toFixed(1);
const groups = Map.groupBy ? Map.groupBy(results, keyOf) : grouped(results);

function keyOf({ table, rows }) {
  return `${table}${rows === null ? "" : `, ${rows} rows`}`;
}

function grouped(all) {
  const out = new Map();
  for (const result of all) out.set(keyOf(result), [...(out.get(keyOf(result)) ?? []), result]);
  return out;
}

console.log(
  "| table | intervals | seeds | covered, % | mean width | tenths of beta (age), % | below 25, from 25 years, % |",
);
console.log("|---|---|---|---|---|---|---|");
for (const [key, own] of [...groups].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))) {
  for (const name of Object.keys(own[0].found)) {
    const found = own.map((result) => result.found[name]);
    const tenths = Array.from({ length: 10 }, (_, d) => mean(found.map((one) => one.tenths[d])));
    const widths = found.map(({ width }) => width);
    const width = widths.includes(null) ? "unbounded" : mean(widths).toPrecision(4);
    const ages =
      key === "brain-age"
        ? `${percent(mean(found.map((f) => f.young)))}, ${percent(mean(found.map((f) => f.old)))}`
        : "";
    console.log(
      `| ${key} | ${name} | ${own.length} | ${percent(mean(found.map((f) => f.covered)))} | ${width} | ${percent(Math.min(...tenths))} to ${percent(Math.max(...tenths))} | ${ages} |`,
    );
  }
}

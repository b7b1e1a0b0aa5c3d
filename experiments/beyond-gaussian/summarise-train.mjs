/*
 * Tables of train-results.jsonl and weights-results.jsonl, written into README.md.
 *   node experiments/beyond-gaussian/summarise-train.mjs
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
import { fillSection, groupBy, mean, table } from "../lib/statistics.mjs";
import { truth } from "./summarise.mjs";

const bits = (values) => mean(values).toFixed(3);
const ends = (pick) => (all) => `${bits(all.map((r) => pick(r)[0]))} ± ${bits(all.map((r) => pick(r)[1]))}`;

/** Most rows first, then as the tables are listed. */
function inOrder(results) {
  const place = ({ name }) => Object.keys(truth).indexOf(name);
  return results.toSorted((a, b) => b.rows - a.rows || place(a) - place(b) || a.seed - b.seed);
}

/** Readings of one source over the trainings of one kind. */
function line([key, all]) {
  const [name, of] = key.split(" ");
  const value = truth[name][of];
  const count = (holds) => `${all.filter(holds).length} of ${all.length}`;
  return [
    name,
    of,
    value.toFixed(3),
    bits(all.map((r) => r.gaussian[0])),
    ends((r) => r.density)(all),
    ends((r) => r.gap)(all),
    count((r) => r.beyond),
    count((r) => r.gaussian[1] > value),
    count((r) => r.density[0] - 2 * r.density[1] > value),
  ];
}

/** One table per number of rows. */
export function summariseTrain(results) {
  const head = [
    "table",
    "source",
    "truth",
    "Gaussian atoms",
    "density",
    "gap",
    "beyond",
    "atoms above",
    "density above",
  ];
  return [...groupBy(inOrder(results), ({ rows }) => rows)]
    .map(([rows, all]) => {
      const readings = all.flatMap(({ name, readings: found }) => found.map((r) => ({ ...r, key: `${name} ${r.of}` })));
      const most = Math.max(...[...groupBy(all, (r) => r.name).values()].map((r) => r.length));
      return `${rows} rows, ${most} trainings of a kind at most.\n\n${table(head, [...groupBy(readings, (r) => r.key)].map(line))}`;
    })
    .join("\n\n");
}

/** Test errors with weights of Gaussian atoms, and the differences with weights of what the densities could see. */
export function summariseWeights(results) {
  const head = ["table", "trainings", "RMSE", "difference", "CRPS", "difference", "log score", "difference"];
  const row = ([name, all]) => {
    const cells = [0, 1, 2].flatMap((k) => {
      const changes = all.map((r) => r.otherErrors[k] - r.errors[k]);
      const own = mean(all.map((r) => r.errors[k])).toFixed(3);
      return [
        own,
        `${mean(changes).toFixed(3)} (${Math.min(...changes).toFixed(3)} to ${Math.max(...changes).toFixed(3)})`,
      ];
    });
    return [name, String(all.length), ...cells];
  };
  return table(head, [...groupBy(inOrder(results), (r) => r.name)].map(row));
}

if (isMain(import.meta.url)) {
  const here = (name) => fileURLToPath(new URL(name, import.meta.url));
  let text = await readFile(here("README.md"), "utf8");
  text = fillSection(text, "train", summariseTrain(await readResults(here("train-results.jsonl"))));
  text = fillSection(text, "weights", summariseWeights(await readResults(here("weights-results.jsonl"))));
  await writeFile(here("README.md"), text);
}

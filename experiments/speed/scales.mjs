/*
 * How much of the target a linear map leaves unexplained on the two scales of columns that the preparation is chosen from.
 *   npm run build && node experiments/speed/scales.mjs [--tables gas-turbine,nhanes] [--seeds 1-2] >> experiments/speed/scales.jsonl
 * One line of JSON a table and seed. The trainings on either scale that stand beside them in scales.jsonl are of try.mjs.
 */
import { parseArgs } from "node:util";
import { Rng } from "pidreg";
import { withTable } from "../../bench/train-tables.mjs";
import { prepareRun } from "../../dist/run/prepare.js";

const { values: options } = parseArgs({
  options: {
    tables: { type: "string", default: "gas-turbine,brain-age,appliances,nhanes,superconductivity,product,small" },
    seeds: { type: "string", default: "1-2" },
  },
});
const [first, last = first] = options.seeds.split("-").map(Number);

for (const table of options.tables.split(","))
  for (let seed = first; seed <= last; seed++) {
    const line = await withTable(table, [`seed=${seed}`], (loaded) => leftUnexplained(table, loaded));
    if (line !== null) console.log(JSON.stringify({ table, seed, ...line }));
  }

/** What the preparation says of its choice. */
async function leftUnexplained(table, { config, baseFolder }) {
  const { preparation: sentence } = await prepareRun(config, baseFolder, new Rng(config.seed));
  if (sentence === null) throw new Error(`${table}: nothing was chosen`);
  const [own, other] = [...sentence.matchAll(/([\d.]+) %/g)].map(([, share]) => Number(share));
  const robust = sentence.startsWith("columns are scaled robustly");
  return { unexplained: robust ? { ranks: other, robust: own } : { ranks: own, robust: other } };
}

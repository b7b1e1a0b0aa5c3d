/*
 * Whether the check of the Gaussian reading finds what is there, and nothing that is not, on tables whose informations are known.
 *   npm run build && node experiments/beyond-gaussian/run.mjs [--tables "lin|scale"] [--rows 4000] [--seeds 1-3] [--workers 2]
 * One JSON line per table; tables that are in the file already are left out. Tables of the results: summarise.mjs.
 */
import { checkInformation } from "../../dist/library/mi.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { drawTable, tables } from "./tables.mjs";

/** What a check says of one table. */
export async function runCell({ name, rows, seed }) {
  const start = process.cpuUsage();
  const { target, modalities } = drawTable(name, rows, seed);
  const check = await checkInformation(target, modalities, { seed });
  const readings = check.readings
    .filter((reading) => reading.modalities.length !== 2 || modalities.length === 2)
    .map(({ modalities: of, gaussian, density, gap, beyond, ksg }) => ({
      of: of.length === modalities.length ? "all" : of[0],
      gaussian: round(gaussian.heldOut.bits),
      density: [round(density.bits), round(density.standardError)],
      gap: [round(gap.bits), round(gap.standardError)],
      beyond,
      ksg: ksg === null ? null : round(ksg.bits),
    }));
  const used = process.cpuUsage(start);
  return {
    flag: check.nonGaussian,
    found: check.informationFound,
    readings,
    seconds: round((used.user + used.system) / 1e6),
  };
}

const round = (value) => Math.round(1e4 * value) / 1e4;

if (isMain(import.meta.url)) {
  const {
    tables: wanted,
    rows,
    seeds,
    pool,
  } = studyArguments(import.meta.url, {
    tables: { type: "string", default: "" },
    rows: { type: "string", default: "4000" },
  });
  const names = Object.keys(tables).filter((name) => new RegExp(`^(${wanted || ".*"})$`).test(name));
  const cells = seeds.flatMap((seed) => names.map((name) => ({ name, rows: Number(rows), seed })));
  await runStudy({ ...pool, cells });
}

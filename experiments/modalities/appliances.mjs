/*
 * What a house uses now, from its sensors: their 24 hours before, or their values now. Rows of six stretches of time, each with its own
 * training, validation and test rows in this order, a day apart: no window holds rows of two parts.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { dataFile, madeFolder } from "./data.mjs";

/** Rows of ten minutes in a day. */
const day = 144;

const columns = {
  indoor: ["lights", ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((room) => [`T${room}`, `RH_${room}`])],
  weather: ["T_out", "Press_mm_hg", "RH_out", "Windspeed", "Visibility", "Tdewpoint", "nsm", "weekday"],
};

/** @param history "none": the values of the row; "windows": those of the 144 rows before it; "both" */
export async function appliancesConfig({ seed, history }) {
  const lines = gunzipSync(await readFile(dataFile("appliances_energy/table.csv.gz")))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  // the first day has no whole window, so that nothing is trained on it
  const kept = history === "none" ? [lines[0], ...lines.slice(1 + day)] : lines;
  const file = path.join(madeFolder, "tables", `appliances-${history}.csv`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${kept.join("\n")}\n`);
  const past = (names) => ({ kind: "sequence", columns: names, window: day, orderBy: "date" });
  const now = { indoor: { columns: columns.indoor }, weather: { columns: columns.weather } };
  const before = { indoorDay: past(columns.indoor), weatherDay: past(columns.weather) };
  return {
    config: {
      name: "appliances",
      seed,
      data: {
        file,
        id: "date",
        target: "Appliances",
        order: "date",
        missing: "drop",
        split: { by: "time", blocks: 6, gap: "24h" },
        modalities: { none: now, windows: before, both: { ...now, ...before } }[history],
      },
      model: { encoder: { embedding: "none", ...(history === "none" ? {} : { channels: [16, 32], stem: 6 }) } },
      training: { stage1: { maxEpochs: 4 }, stage2: { maxEpochs: 10 } },
      evaluation: { check: "off", importance: "off" },
    },
  };
}

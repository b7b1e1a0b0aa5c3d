/* Heads of ellipsoids beside a table, of which the atoms are known: `pidreg synth phantom`. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { generateSynthetic, loadConfig } from "pidreg";
import { writeSynthetic } from "../../dist/data/synthetic/write.js";
import { madeFolder } from "./data.mjs";

export async function phantomConfig({ seed }) {
  const folder = path.join(madeFolder, "tables", `phantom-${seed}`);
  const table = generateSynthetic("phantom", { rows: 2000, seed });
  const { config: file, truth } = await writeSynthetic(table, folder, "csv");
  const { config } = await loadConfig(file, [
    `seed=${seed}`,
    "model.encoder.embedding=none",
    "model.encoder.modalities.alpha.channels=[16,32]",
    "training.stage1.maxEpochs=4",
    "training.stage2.maxEpochs=12",
    "evaluation.check=off",
    "evaluation.importance=off",
  ]);
  const { information, atoms } = JSON.parse(await readFile(truth, "utf8"));
  const absolute = { ...config.data, file: path.join(folder, config.data.file) };
  return { config: { ...config, data: absolute }, baseFolder: folder, truth: { information, atoms } };
}

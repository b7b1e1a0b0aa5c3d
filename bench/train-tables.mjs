/* Tables whose training is timed: those of the accuracy study, and a generated one that is small and wide. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generateSynthetic, loadConfig } from "pidreg";
import { writeSynthetic } from "../dist/data/synthetic/write.js";

const accuracy = (name) => fileURLToPath(new URL(`../experiments/accuracy/configs/${name}.yaml`, import.meta.url));

/** Columns of the generated table: 57 + 56 + 56 in three modalities, of which six tell of the target. */
const smallRows = 915;
const smallWidth = 57;
const smallColumns = [
  "data.modalities.beta.exclude=[beta_56]",
  "data.modalities.gamma.exclude=[gamma_56]",
  "data.split={by: random, train: 0.7, validation: 0.1, test: 0.2}",
];

/** The tables by name, as they are asked for. */
export const tableNames = ["brain-age", "small", "gas-turbine", "nhanes", "superconductivity"];

/**
 * Hands the config of a table, with overrides ("path=value"), to `use`; a generated table is removed afterwards.
 * @returns null where the table's file is not there
 */
export async function withTable(name, overrides, use) {
  if (name === "small") return withSmall(overrides, use);
  const loaded = await loadConfig(accuracy(name), overrides);
  const there = await stat(path.resolve(loaded.baseFolder, loaded.config.data.file)).catch(() => null);
  return there === null ? null : use(loaded);
}

async function withSmall(overrides, use) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-speed-"));
  try {
    const table = generateSynthetic("three", {
      rows: smallRows,
      width: smallWidth,
      mixing: "mlp",
      noise: 0.5,
      seed: 1,
    });
    const { config } = await writeSynthetic(table, folder, "csv");
    return await use(await loadConfig(config, [...smallColumns, ...overrides]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

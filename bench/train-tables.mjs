/* Tables whose training is timed: those of the accuracy study, and generated ones. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generateSynthetic, loadConfig } from "pidreg";
import { writeSynthetic } from "../dist/data/synthetic/write.js";

const accuracy = (name) => fileURLToPath(new URL(`../experiments/accuracy/configs/${name}.yaml`, import.meta.url));

/**
 * Generated tables: one that is small and wide, 57 + 56 + 56 columns in three modalities, of which a few latents tell of the
 * target; one whose target is a product of a latent of each modality, which is learned late; and that of `pidreg quickstart`.
 */
const generated = {
  small: {
    generator: "three",
    options: { rows: 915, width: 57, mixing: "mlp", noise: 0.5, seed: 1 },
    overrides: [
      "data.modalities.beta.exclude=[beta_56]",
      "data.modalities.gamma.exclude=[gamma_56]",
      "data.split={by: random, train: 0.7, validation: 0.1, test: 0.2}",
    ],
  },
  product: { generator: "interaction", options: { rows: 800, seed: 1 }, overrides: [] },
  quickstart: { generator: "quickstart", options: { seed: 1 }, overrides: [] },
};

/** The tables by name, as they are asked for. */
export const tableNames = [
  ...["brain-age", "small", "product", "quickstart"],
  ...["gas-turbine", "nhanes", "superconductivity", "appliances"],
];

/**
 * Hands the config of a table, with overrides ("path=value"), to `use`; a generated table is removed afterwards.
 * @returns null where the table's file is not there
 */
export async function withTable(name, overrides, use) {
  if (Object.hasOwn(generated, name)) return withGenerated(generated[name], overrides, use);
  const loaded = await loadConfig(accuracy(name), overrides);
  const there = await stat(path.resolve(loaded.baseFolder, loaded.config.data.file)).catch(() => null);
  return there === null ? null : use(loaded);
}

async function withGenerated({ generator, options, overrides: own }, overrides, use) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-speed-"));
  try {
    const { config } = await writeSynthetic(generateSynthetic(generator, options), folder, "csv");
    return await use(await loadConfig(config, [...own, ...overrides]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

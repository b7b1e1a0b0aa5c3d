import { parseConfig } from "../../src/config/load.js";

/** A run of seconds on a `table.csv` of columns alpha_*, beta_* and y. */
export function smallConfig(name: string) {
  return parseConfig({
    name,
    data: {
      file: "table.csv",
      target: "y",
      modalities: { alpha: { columns: ["alpha_*"] }, beta: { columns: ["beta_*"] } },
    },
    model: { latentDim: 3, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
    training: { batchSize: 32, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3 } },
    evaluation: { importance: "off" },
  });
}

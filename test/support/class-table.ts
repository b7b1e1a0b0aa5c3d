import { Rng } from "../../src/math/rng.js";

/** A table of three ordered classes, seen by `a` with noise 0.5 and by `b` with 0.9, as CSV; `extra` is a column of numbers. */
export function classTable(rows: number, seed = "class-table"): string {
  const rng = new Rng(seed);
  const labels = ["AD", "MCI", "healthy"];
  const lines = Array.from({ length: rows }, (_, i) => {
    const y = rng.integer(3);
    const cells = [y - 1 + 0.5 * rng.normal(), rng.normal(), y - 1 + 0.9 * rng.normal(), rng.normal()];
    return [`s${i}`, labels[y], y, `g${Math.floor(i / 4)}`, ...cells].join(",");
  });
  return `id,diagnosis,wave,family,a1,a2,b1,b2\n${lines.join("\n")}\n`;
}

/** The `data` section of such a table. */
export const classData = {
  file: "table.csv",
  id: "id",
  modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } },
};

/** A small network that trains in a few seconds. */
export const classModel = {
  model: { latentDim: 2, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
  training: { batchSize: 32, stage1: { maxEpochs: 3 }, stage2: { maxEpochs: 25 } },
} as const;

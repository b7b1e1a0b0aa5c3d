/*
 * Four photographs of a house and a table of it: houses_multimodal. The target is the natural logarithm of the price; errors in per
 * cent are of the price itself.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { dataFile, madeFolder, writeTable } from "./data.mjs";
import { featureFile } from "./features.mjs";

export const views = ["frontal", "kitchen", "bedroom", "bathroom"];

/** @param photographs "trained": a convolution of their own; "frozen": histograms and colours that nothing is learned in */
export async function housesConfig({ seed, photographs, networks }) {
  const source = dataFile("houses_multimodal/table.csv");
  const root = path.dirname(source);
  const rows = parsed(await readFile(source, "utf8"));
  const kinds = {
    trained: () => ({
      kind: "image",
      path: views,
      root,
      shape: [32, 32, 3],
      augment: { flip: "horizontal", shift: 0.1 },
    }),
    frozen: async () => ({ kind: "array", array: await featureFile(rows, views, root) }),
  };
  const file = await writeTable(
    path.join(madeFolder, "tables", "houses.csv"),
    rows.map(({ price, ...row }) => ({ ...row, y: Math.log(Number(price)) })),
  );
  return {
    config: {
      name: "houses",
      seed,
      data: {
        file,
        id: "id",
        target: "y",
        split: { train: 0.65, validation: 0.1, test: 0.25 },
        modalities: {
          table: { columns: ["bedrooms", "bathrooms", "area"], categories: ["zipcode"] },
          photographs: await kinds[photographs](),
        },
      },
      model: {
        encoder: {
          embedding: "none",
          ...(photographs === "trained" ? { modalities: { photographs: { channels: [16, 32, 32], stem: 2 } } } : {}),
        },
      },
      training: { stage1: { maxEpochs: 20 }, stage2: { maxEpochs: 40, patience: 20 } },
      evaluation: { baselines: networks, importance: "off" },
    },
    logarithm: true,
  };
}

function parsed(text) {
  const [head, ...lines] = text.trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell.trim()])));
}

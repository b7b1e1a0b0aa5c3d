/* The trainings: one config for every study, variant and seed. Settings were chosen on validation rows (README.md). */
import path from "node:path";
import { appliancesConfig } from "./appliances.mjs";
import { dataFile, madeFolder } from "./data.mjs";
import { voiceDetector } from "./detector.mjs";
import { digitsTable } from "./digits.mjs";
import { housesConfig } from "./houses.mjs";
import { phantomConfig } from "./phantoms.mjs";

/** Networks that stand beside pidreg: each modality alone, and two other ways to fuse the same encoders. Of digits at the first seed. */
const beside = ["unimodal", "late", "concatenate"];

const spectrogram = {
  spectrogram: { mels: 40, window: 0.032, hop: 0.016 },
  augment: { shift: 0.1, timeMask: 0.15, frequencyMask: 0.15 },
};

/** Variants of each study. */
export const studies = {
  digits: {
    sum: digits({ target: "sum", networks: beside }),
    speaker: digits({ target: "sum", heldOut: true }),
    detector: digits({ target: "sum", detector: true }),
    "sum-classes": digits({ target: "sum", kind: "class" }),
    "product-classes": digits({ target: "product", kind: "class", means: 16 }),
    "difference-classes": digits({ target: "difference", kind: "class", means: 16 }),
    "redundant-classes": digits({ target: "redundant", kind: "class", means: 16, epochs: [4, 16] }),
  },
  houses: {
    trained: ({ seed }) => housesConfig({ seed, photographs: "trained", networks: ["unimodal"] }),
    frozen: ({ seed }) => housesConfig({ seed, photographs: "frozen", networks: beside }),
  },
  appliances: {
    columns: ({ seed }) => appliancesConfig({ seed, history: "none" }),
    windows: ({ seed }) => appliancesConfig({ seed, history: "windows" }),
    both: ({ seed }) => appliancesConfig({ seed, history: "both" }),
  },
  phantoms: { default: ({ seed }) => phantomConfig({ seed }) },
};

/**
 * Both digits are read by small convolutions: pictures of 28 x 28, log-mel spectrograms of 0.8 s.
 * @param means most means over blocks of a row, which logistic regression reads: of many classes it takes longer than the network
 * @param detector whether a frozen network, which hears where somebody speaks, reads the samples of the sound
 */
function digits({
  target,
  heldOut = false,
  kind = "number",
  networks = [],
  means,
  detector = false,
  epochs: [stage1, stage2] = [4, 40],
}) {
  const summary = means === undefined ? {} : { summary: means };
  return async ({ seed }) => ({
    config: {
      name: "digits",
      seed,
      data: {
        file: await digitsTable({ target, seed, heldOut }),
        id: "id",
        target: { column: "y", kind },
        split: { by: "column", column: "part" },
        modalities: {
          picture: {
            kind: "image",
            array: dataFile("mnist_t10k/t10k-images-idx3-ubyte.gz"),
            index: "place",
            ...summary,
            augment: { shift: 0.1, rotate: 10 },
          },
          sound: {
            kind: "sequence",
            path: "wav",
            root: path.join(madeFolder, "recordings"),
            sampleRate: 8000,
            seconds: 0.8,
            ...(detector ? {} : spectrogram),
            ...summary,
          },
        },
      },
      model: {
        encoder: {
          modalities: {
            picture: { type: "conv2d", channels: [16, 32, 64], stem: 2 },
            sound: detector ? await voiceDetector() : { type: "conv1d", channels: [32, 32, 64], stem: 2 },
          },
        },
      },
      training: { batchSize: 128, stage1: { maxEpochs: stage1 }, stage2: { maxEpochs: stage2 } },
      evaluation: { baselines: networks.length > 0 && seed === 1 && networks, importance: "off" },
    },
    truth: { target, same: target === "redundant" },
  });
}

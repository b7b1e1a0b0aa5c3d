/**
 * Named sets of values that a config starts from; its own keys win.
 * `paper` reproduces the behaviour of the published PIDReg code (arXiv 2512.22102) for comparison:
 * per-batch atoms without correction, a coin for the redundancy, sampled CS divergence, bandwidth factor 0.05, Adam
 * with a plateau schedule, no averaging of weights, no auxiliary heads, no linear path, no neighbours, predictor clipped at norm 1, a stage 1
 * that goes on whatever the validation loss does.
 */
export const presets = {
  paper: {
    data: { inputs: { preparation: "standardize" } },
    model: {
      latentDim: 64,
      linearPath: "off",
      neighbours: "off",
      encoder: { hidden: [256, 128], dropout: [0.3, 0.2], embedding: "none" },
      fusion: { redundancy: "bernoulli", atoms: "batch" },
      predictor: { hidden: [256, 128], dropout: [0.3, 0.2] },
    },
    losses: {
      gaussianity: { weight: 0.1, estimator: "sampled", bandwidthFactor: 1, rows: 65_536 },
      independence: { weight: 0.1, target: "conditional", bandwidthFactor: 0.05, rows: 65_536 },
      jointGaussianity: { weight: 0.1, rows: 256 },
      capacity: { weight: 0 },
      auxiliary: { weight: 0 },
    },
    training: {
      batchSize: 256,
      optimizer: {
        name: "adam",
        learningRate: 1e-3,
        weightDecay: 0,
        schedule: "plateau",
        warmupEpochs: 0,
        clipNorm: 1,
        clipScope: "predictor",
        averaging: 0,
      },
      stage1: { window: 5, patience: 5, tolerance: 0.01, overfit: "continue" },
    },
  },
} as const;

/**
 * What `quality` sets: how much time a training takes. `fast` leaves out what shapes latents and checks atoms,
 * importance and all drawings, and measures atoms every third epoch; its epochs are those of training/settings.ts; `best` averages five wider networks, which validation rows of brain age chose (experiments/accuracy).
 */
export const qualities = {
  fast: {
    losses: { gaussianity: { weight: 0 }, independence: { weight: 0 }, jointGaussianity: { weight: 0 } },
    training: { stage1: { every: 3 }, stage2: { patience: 10 } },
    evaluation: { check: "off", importance: "off", figures: "none" },
  },
  default: {},
  best: {
    ensemble: 5,
    model: { encoder: { hidden: [512, 256] }, predictor: { hidden: [512, 256] } },
  },
} as const;

/** Names of qualities, quickest first. */
export const qualityNames = ["fast", "default", "best"] as const satisfies (keyof typeof qualities)[];

export type PresetName = keyof typeof presets;

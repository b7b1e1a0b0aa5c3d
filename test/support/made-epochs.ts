import { decomposition, fusionWeights } from "./made-pid.js";

/** Lines of metrics.jsonl: both short fits and both stages. */
export function madeEpochs(modalities: readonly string[]) {
  const phases = [
    ["pilot:plain", 4],
    ["pilot:periodic", 4],
    ["stage1", 18],
    ["stage2", 40],
  ] as const;
  return phases.flatMap(([phase, count]) =>
    Array.from({ length: count }, (_, e) => {
      const progress = phase === "stage2" ? e + 18 : e;
      const fall = Math.exp(-progress / 12);
      const byModality = (prefix: string, value: number, weight: number) =>
        Object.fromEntries(modalities.map((m, i) => [`${prefix}.${m}`, { value: value * (1 + 0.2 * i), weight }]));
      return {
        phase,
        epoch: e + 1,
        step: (e + 1) * 4,
        learningRate: 0.002 * fall,
        seconds: 0.5,
        stepSeconds: 0.4,
        gradientNorm: 1 + fall,
        terms: {
          total: { value: 0.3 + fall, weight: 1 },
          prediction: { value: 0.2 + 0.8 * fall, weight: 1 },
          auxiliary: { value: 0.4 + 0.9 * fall, weight: 0.3 },
          ...byModality("gaussianity", 0.02 + 0.1 * fall, 0.01),
          ...byModality("independence", 0.05 + 0.02 * fall, 0.01),
          jointGaussianity: { value: 0.004 + 0.02 * fall, weight: 0.01 },
          ...byModality("capacity", 120 - 60 * fall, 0),
        },
        validation: { loss: 0.25 + 0.8 * fall + 0.002 * Math.max(0, progress - 40), rmse: 6 + 8 * fall },
        lambda: Object.fromEntries(modalities.map((m, i) => [m, 0.98 - 0.05 * i * (1 - fall)])),
        best: phase === "stage2" && e === 25,
      };
    }),
  );
}

/** Lines of pid.jsonl: every epoch of stage 1, and one after stage 2. */
export function madePidEpochs(modalities: readonly string[], total: number) {
  const amounts = (bits: number) => {
    const { information, atoms, standardErrors } = decomposition(modalities, bits);
    return { information, atoms, standardErrors, flags: [] };
  };
  const stage1 = Array.from({ length: 18 }, (_, e) => ({
    phase: "stage1" as const,
    epoch: e + 1,
    ...amounts(total * (1 - 0.6 * Math.exp(-e / 4))),
    weights: fusionWeights(modalities, 0.03 * Math.exp(-e / 3)),
    averagedOver: Math.min(5, e + 1),
    stableEpochs: Math.max(0, e - 12),
  }));
  const after = {
    phase: "stage2" as const,
    epoch: 40,
    ...amounts(total),
    weights: fusionWeights(modalities),
    averagedOver: 5,
    stableEpochs: 5,
  };
  return [...stage1, after];
}

/** A decomposition as pid.json holds it, its total given in bits. */
export function decomposition(modalities: readonly string[], total: number) {
  const unique = Object.fromEntries(modalities.map((m, i) => [m, total * [0.02, 0.2, 0.05, 0.01][i % 4]]));
  const uniqueSum = Object.values(unique).reduce((a, b) => a + b, 0);
  const synergy = 0.12 * total;
  const partialRedundancy = modalities.length > 2 ? 0.2 * total : 0;
  const redundancy = total - uniqueSum - synergy - partialRedundancy;
  const byModality = Object.fromEntries(modalities.map((m) => [m, redundancy + unique[m]]));
  const error = 0.03;
  const errors = {
    information: { total: error, byModality: Object.fromEntries(modalities.map((m) => [m, error])) },
    atoms: {
      unique: Object.fromEntries(modalities.map((m) => [m, error / 2])),
      redundancy: error,
      synergy: error / 2,
      partialRedundancy: error,
    },
    union: error,
  };
  const atoms = { unique, redundancy, synergy, partialRedundancy };
  return {
    ...{ unit: "bits" as const, measure: "broja" as const, modalities },
    ...{ information: { total, byModality }, atoms, union: total - synergy, standardErrors: errors },
    ...{ intervals: null, contrasts: null, n: 210 },
    rank: { target: 1, byModality: Object.fromEntries(modalities.map((m) => [m, 3])), total: 3 * modalities.length },
    ...{ condBits: 1e-14, residual: 1e-15 },
  };
}

/** One modality of latents.json. */
export function madeLatent(index: number) {
  const quantiles = Array.from({ length: 33 }, (_, k) => {
    const normal = -2.4 + 0.15 * k;
    const median = normal + 0.02 * index * normal ** 3;
    return { normal, low: median - 0.2, median, high: median + 0.2 };
  });
  const w = [0.995, 0.991, 0.988 - 0.04 * (index % 12)];
  return { dimensions: 3, constant: 0, w, departing: index, quantiles, radius: { w: 0.994, pValue: 0.4 } };
}

/** Fusion weights as pid.json holds them. */
export function fusionWeights(modalities: readonly string[], drift = 0) {
  const byModality = Object.fromEntries(modalities.map((m, i) => [m, 0.88 / modalities.length + 0.05 * i + drift]));
  const interaction: Record<string, number> = {};
  modalities.forEach((a, i) => {
    for (const b of modalities.slice(i + 1)) interaction[`${a}*${b}`] = 0.1 / modalities.length;
  });
  return { byModality, interaction };
}

/** The same where there is nothing to weight by. */
export function equalFusionWeights(modalities: readonly string[]) {
  const { byModality, interaction } = fusionWeights(modalities);
  const all = Object.keys(byModality).length + Object.keys(interaction).length;
  const equal = (weights: Record<string, number>) =>
    Object.fromEntries(Object.keys(weights).map((name) => [name, 1 / all]));
  return { byModality: equal(byModality), interaction: equal(interaction) };
}

/** A second reading as pid.json holds it. */
export function madeReading([first, second]: readonly string[]) {
  const atoms = { unique: { [first]: 0.21, [second]: 0.34 }, redundancy: 0.47, synergy: 0.06, partialRedundancy: 0 };
  const error = { ...atoms, unique: { [first]: 0.02, [second]: 0.02 }, redundancy: 0.02, synergy: 0.02 };
  return { measure: "idep" as const, atoms, union: 1.02, standardErrors: { atoms: error, union: 0.02 } };
}

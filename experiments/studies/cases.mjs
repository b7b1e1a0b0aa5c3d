/** Trainings of models whose true errors are known: what a study sees of them. */

/**
 * Squared errors of rows [models][trainings][rows]. A row is as hard for all models; each training has noise of its own on every
 * row, and is as a whole off by a factor of standard deviation `sd`.
 * @param ratios true error of each model over that of the first
 */
export function trainedModels({ rows, trainings, sd, ratios, own = 0.3 }, rng) {
  const hard = Float64Array.from({ length: rows }, () => rng.normal());
  return ratios.map((ratio) =>
    Array.from({ length: trainings }, () => {
      const factor = ratio * (1 + sd * rng.normal());
      return hard.map((shared) => (factor * (shared + own * rng.normal())) ** 2);
    }),
  );
}

/** Two models on rows in groups that share half of their error, and a part of how the models differ. */
export function groupedModels({ groups, uneven }, rng) {
  const sizes = Array.from({ length: groups }, () => (uneven ? 5 + rng.integer(36) : 20));
  const names = sizes.flatMap((size, g) => new Array(size).fill(`${g}`));
  const level = sizes.map(() => 0.5 * rng.normal());
  const apart = sizes.map(() => 0.3 * rng.normal());
  const model = (extra) => [Float64Array.from(names, (g) => (level[g] + extra * apart[g] + rng.normal()) ** 2)];
  return { names, models: [model(0), model(1)], difference: Math.sqrt(1.34 / 1.25) - 1 };
}

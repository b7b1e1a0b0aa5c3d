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

/**
 * Models that are trained once on each of several splits of one table: 70 % of its rows train, `tested` of them are evaluated. What
 * a split does to a model is half that of its training rows, which splits share, and half chance; what a row is to a
 * model is half its own in every split.
 * @returns per split the squared errors of every model [models][1 training][tested rows], and rows that did not train over those that did
 */
export function splitModels({ rows, splits, sd, ratios, tested, own = 0.3 }, rng) {
  const hard = normals(rows, rng);
  const influence = ratios.map(() => normals(rows, rng));
  const habit = ratios.map(() => normals(rows, rng));
  const trainRows = Math.round(0.7 * rows);
  return Array.from({ length: splits }, () => {
    const order = Array.from(rng.permutation(rows));
    const train = order.slice(0, trainRows);
    const test = order.slice(trainRows, trainRows + Math.round(tested * rows));
    const models = ratios.map((ratio, m) => {
      const ofRows = train.reduce((sum, row) => sum + influence[m][row], 0) / Math.sqrt(trainRows);
      const factor = ratio * (1 + sd * Math.sqrt(0.5) * (ofRows + rng.normal()));
      const noise = (row) => own * Math.sqrt(0.5) * (habit[m][row] + rng.normal());
      return [Float64Array.from(test, (row) => (factor * (hard[row] + noise(row))) ** 2)];
    });
    return { models, heldToTrain: (rows - trainRows) / trainRows };
  });
}

function normals(count, rng) {
  return Float64Array.from({ length: count }, () => rng.normal());
}

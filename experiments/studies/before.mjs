/*
 * Intervals of differences as versions up to 0.1.0 made them: percentiles of a bootstrap over rows (or whole groups, from 5 on) and
 * over trainings; select kept the smallest subset whose one-sided 95 % bound was within the margin, one subset at a time.
 */

/** @param models per model its trainings, each with the cost of every row */
export function bootstrapBefore(models, { rng, draws = 1000, groups = null }) {
  const rows = models[0][0].length;
  const seeds = models[0].length;
  const units = unitsOf(rows, groups);
  const counts = new Uint16Array(rows);
  const drawn = models.map(() => new Float64Array(draws));
  for (let b = 0; b < draws; b++) {
    counts.fill(0);
    for (let i = 0; i < units.length; i++) for (const row of units[rng.integer(units.length)]) counts[row]++;
    const picked = Array.from({ length: seeds }, () => rng.integer(seeds));
    models.forEach((trainings, m) => {
      const errors = trainings.map((costs, s) => (picked.includes(s) ? rmse(costs, counts) : 0));
      drawn[m][b] = picked.reduce((sum, s) => sum + errors[s], 0) / seeds;
    });
  }
  const values = models.map((trainings) => trainings.reduce((sum, costs) => sum + rmse(costs), 0) / seeds);
  return { values, drawn };
}

function unitsOf(rows, groups) {
  const alone = Array.from({ length: rows }, (_, i) => [i]);
  if (groups === null) return alone;
  const members = [...new Set(groups)].map((name) => alone.flat().filter((i) => groups[i] === name));
  return members.length < 5 ? alone : members;
}

/** Percentiles of first / second - 1. */
export function relativeBefore({ values, drawn }, first, second, level) {
  const ratios = drawn[first].map((error, b) => error / drawn[second][b] - 1).sort();
  return {
    value: values[first] / values[second] - 1,
    low: quantile(ratios, (1 - level) / 2),
    high: quantile(ratios, (1 + level) / 2),
  };
}

function rmse(costs, counts) {
  let [sum, total] = [0, counts === undefined ? costs.length : 0];
  for (let i = 0; i < costs.length; i++) {
    sum += counts === undefined ? costs[i] : counts[i] * costs[i];
    if (counts !== undefined) total += counts[i];
  }
  return Math.sqrt(sum / total);
}

function quantile(ascending, p) {
  const at = p * (ascending.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
}

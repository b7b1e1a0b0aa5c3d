/*
 * What 90 % intervals can hold of every tenth of rows at best, with so many rows: the target is a + 0.7 exp(0.9 b) e, its mean
 * is known, and the scale of the errors is known too (`true scale`), or a log-linear function of b is fitted to the training
 * rows by maximum likelihood (`fitted scale`: no network knows the form). The quantile is that of the validation rows.
 *   npm run build && node experiments/intervals/limit.mjs
 */
import { Rng } from "pidreg";
import { coverageRange } from "../../dist/evaluation/conformal.js";
import { normalCdf } from "../../dist/math/special.js";

const level = 0.9;
const tables = 1000;
const testRows = 10_000;
/** Of rows, three to one, as in run.mjs. */
const sizes = [400, 1000, 2000, 4000];

/** Maximum likelihood of log sd = g0 + g1 b, by Newton steps from the mean. @param rows pairs of b and error */
function fitScale(rows) {
  let g0 = 0.5 * Math.log(rows.reduce((sum, [, error]) => sum + error ** 2, 0) / rows.length);
  let g1 = 0;
  for (let step = 0; step < 30; step++) {
    let [d0, d1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (const [b, error] of rows) {
      const square = error ** 2 * Math.exp(-2 * (g0 + g1 * b));
      d0 += 1 - square;
      d1 += b * (1 - square);
      // the expected curvature keeps steps downhill
      h00 += 2;
      h01 += 2 * b;
      h11 += 2 * b * b;
    }
    const det = h00 * h11 - h01 * h01;
    g0 -= (h11 * d0 - h01 * d1) / det;
    g1 -= (h00 * d1 - h01 * d0) / det;
  }
  return (b) => Math.exp(g0 + g1 * b);
}

const trueScale = (b) => 0.7 * Math.exp(0.9 * b);

/** Share of test rows of each tenth of b that intervals of this scale hold; binomial counts by their normal limit. */
function tenthsHeld(scale, validation, tests, rng) {
  const scores = validation.map(([b, error]) => Math.abs(error) / scale(b)).sort((x, y) => x - y);
  const quantile = scores[Math.ceil((scores.length + 1) * level) - 1];
  return tests.map((bs) => {
    const held = bs.reduce((sum, b) => sum + 2 * normalCdf((quantile * scale(b)) / trueScale(b)) - 1, 0) / bs.length;
    return held + Math.sqrt((held * (1 - held)) / (testRows / 10)) * rng.normal();
  });
}

function row(size, name) {
  const rng = new Rng(`${size}/${name}`);
  // middles of 40 slices of equal probability stand for the rows of each tenth
  const sortedB = Array.from({ length: 4000 }, () => rng.normal()).sort((x, y) => x - y);
  const tests = Array.from({ length: 10 }, (_, d) =>
    sortedB.slice(400 * d, 400 * d + 400).filter((_b, i) => i % 10 === 5),
  );
  const pairs = (n) => Array.from({ length: n }, () => rng.normal()).map((b) => [b, trueScale(b) * rng.normal()]);
  const [training, validation] = [0.75 * size, 0.25 * size];
  const found = Array.from({ length: tables }, () => {
    const scale = name === "true scale" ? trueScale : fitScale(pairs(training));
    return tenthsHeld(scale, pairs(validation), tests, rng);
  });
  const within = found.filter((tenths) => Math.min(...tenths) >= 0.85 && Math.max(...tenths) <= 0.95).length;
  const last = found.map((tenths) => tenths[9]).sort((x, y) => x - y);
  const percent = (share) => (100 * share).toFixed(1);
  const { low, high } = coverageRange(validation, level);
  return `| ${size} | ${name} | ${percent(low)} to ${percent(high)} | ${percent(last[0.025 * tables])} to ${percent(last[0.975 * tables - 1])} | ${((100 * within) / tables).toFixed(0)} |`;
}

console.log(
  "| rows | scale | all rows, 95 % of tables | highest tenth, 95 % of tables | every tenth within 85 to 95 %, % of tables |",
);
console.log("|---|---|---|---|---|");
for (const size of sizes) for (const name of ["true scale", "fitted scale"]) console.log(row(size, name));

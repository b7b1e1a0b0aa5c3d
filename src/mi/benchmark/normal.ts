import { choleskyFactor, forwardSolve, identity, logDetOfFactor } from "../../math/dense.js";
import type { BenchmarkTask } from "./task.js";

/** A covariance of x and y together, [d, d] with d = dimX + dimY. */
interface NormalLaw {
  readonly dimX: number;
  readonly dimY: number;
  readonly covariance: Float64Array;
}

/** Information of a correlation, bits: -1/2 log2 (1 - r^2). */
export function bitsOfCorrelation(r: number): number {
  return -0.5 * Math.log2(1 - r * r);
}

/** x and y of a normal law; `bits` from a formula, which the determinants of the covariance must agree with. */
export function normalTask(id: string, bits: number, law: NormalLaw): BenchmarkTask {
  const d = law.dimX + law.dimY;
  const factor = choleskyFactor(law.covariance, d, id);
  const ofX = marginal(law, 0, law.dimX);
  const ofY = marginal(law, law.dimX, d);
  const constant = 0.5 * (ofX.logDet + ofY.logDet - logDetOfFactor(factor, d));
  return {
    id,
    bits,
    classes: null,
    sample: (rng, rows) => {
      const noise = new Float64Array(d * rows);
      rng.fillNormal(noise);
      const columns = Array.from({ length: d }, (_, i) => {
        const column = new Float64Array(rows);
        for (let j = 0; j <= i; j++) {
          for (let r = 0; r < rows; r++) column[r] += factor[i * d + j] * noise[j * rows + r];
        }
        return column;
      });
      const [x, y] = [columns.slice(0, law.dimX), columns.slice(law.dimX)];
      const [inX, inY, inBoth] = [ofX.distances(x), ofY.distances(y), distances(factor, columns)];
      return { x, y, pointwise: inX.map((v, r) => constant + 0.5 * (v + inY[r] - inBoth[r])) };
    },
  };
}

function marginal({ covariance, dimX, dimY }: NormalLaw, from: number, to: number) {
  const d = dimX + dimY;
  const size = to - from;
  const part = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) part[i * size + j] = covariance[(from + i) * d + from + j];
  const factor = choleskyFactor(part, size, "the law of one side");
  return {
    logDet: logDetOfFactor(factor, size),
    distances: (columns: readonly Float64Array[]) => distances(factor, columns),
  };
}

/** [rows] z' S^-1 z. */
function distances(factor: Float64Array, columns: readonly Float64Array[]): Float64Array {
  const [d, n] = [columns.length, columns[0].length];
  const values = new Float64Array(d * n);
  columns.forEach((column, j) => void values.set(column, j * n));
  const whitened = forwardSolve(factor, d, values, n);
  const out = new Float64Array(n);
  for (let j = 0; j < d; j++) for (let r = 0; r < n; r++) out[r] += whitened[j * n + r] ** 2;
  return out;
}

/** x and y of `d` columns, of which pairs (x_k, y_k) have the given correlations and nothing else has any. */
function pairedLaw(d: number, correlations: readonly number[]): NormalLaw {
  const covariance = identity(2 * d);
  correlations.forEach((r, k) => {
    covariance[k * 2 * d + d + k] = r;
    covariance[(d + k) * 2 * d + k] = r;
  });
  return { dimX: d, dimY: d, covariance };
}

/** y = W x + s e with x standard normal; W [dimY, dimX] row-major. */
function channelLaw(dimX: number, dimY: number, w: readonly number[], variance: number): NormalLaw {
  const d = dimX + dimY;
  const covariance = identity(d);
  for (let i = 0; i < dimY; i++) {
    for (let j = 0; j < dimX; j++) {
      covariance[(dimX + i) * d + j] = w[i * dimX + j];
      covariance[j * d + dimX + i] = w[i * dimX + j];
    }
    for (let k = 0; k < dimY; k++) {
      let sum = i === k ? variance : 0;
      for (let j = 0; j < dimX; j++) sum += w[i * dimX + j] * w[k * dimX + j];
      covariance[(dimX + i) * d + dimX + k] = sum;
    }
  }
  return { dimX, dimY, covariance };
}

/** (x, y) of correlation 0.75. */
export const normalPair = normalTask("normal-1x1", bitsOfCorrelation(0.75), pairedLaw(1, [0.75]));

/** 2d variables, all correlations 1/2: that of the sums of both sides is (d / 2) / (1 + (d - 1) / 2). */
export function normalDense(d: number): BenchmarkTask {
  const covariance = new Float64Array(4 * d * d).fill(0.5);
  for (let i = 0; i < 2 * d; i++) covariance[i * 2 * d + i] = 1;
  return normalTask(`normal-dense-${d}`, bitsOfCorrelation(d / 2 / (1 + (d - 1) / 2)), {
    dimX: d,
    dimY: d,
    covariance,
  });
}

/** Two pairs of correlation 0.8 among d columns each. */
export function normalTwoPairs(d: number): BenchmarkTask {
  return normalTask(`normal-2pair-${d}`, 2 * bitsOfCorrelation(0.8), pairedLaw(d, [0.8, 0.8]));
}

/** K pairs of correlation l^2 / (e^2 + l^2) among d columns each, l = 1, e = 0.5. */
export function normalSparse(d: number, pairs: number): BenchmarkTask {
  const r = 1 / 1.25;
  return normalTask(
    `normal-sparse-${d}-${pairs}`,
    pairs * bitsOfCorrelation(r),
    pairedLaw(
      d,
      Array.from({ length: pairs }, () => r),
    ),
  );
}

/** y = x + e, x and e standard normal in d dimensions. */
export function whiteNoise(d: number): BenchmarkTask {
  const w = Array.from(identity(d));
  return normalTask(`awgn-${d}`, 0.5 * d, channelLaw(d, d, w, 1));
}

/** y = w'x + s e: d columns of weight 1/4 and s^2 = 1/3; 16 of them tell 1 bit. */
export function readout(d: number): BenchmarkTask {
  const variance = 1 / 3;
  const w = new Array<number>(d).fill(1 / 4);
  return normalTask(`readout-${d}`, 0.5 * Math.log2(1 + d / 16 / variance), channelLaw(d, 1, w, variance));
}

/** Independent normal columns, d on each side. */
export function independent(d: number): BenchmarkTask {
  return normalTask(`independent-${d}`, 0, pairedLaw(d, []));
}

/** y (two columns) standard normal and x = H y + e in as many columns as H has rows. @param bits known from elsewhere */
export function normalChannels(
  id: string,
  bits: number,
  channels: readonly (readonly [number, number])[],
): BenchmarkTask {
  const d = channels.length;
  const forward = channelLaw(2, d, channels.flat(), 1);
  // the law has y first: turn it round
  const size = d + 2;
  const place = [...Array.from({ length: d }, (_, i) => i + 2), 0, 1];
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) covariance[i * size + j] = forward.covariance[place[i] * size + place[j]];
  }
  return normalTask(id, bits, { dimX: d, dimY: 2, covariance });
}

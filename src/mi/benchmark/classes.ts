import { type BenchmarkTask, coinEntropy, rowTask } from "./task.js";

/** Classes that are equally frequent, each a point in normal noise. */
export interface NoisyPoints {
  /** Of each class. */
  readonly points: readonly (readonly number[])[];
  /** Standard deviation of the noise by column. */
  readonly noise: readonly number[];
}

/** log p(x | y) / p(x), nats. */
export function pointRatio({ points, noise }: NoisyPoints, x: readonly number[], y: number): number {
  const logs = points.map((point) => -0.5 * point.reduce((sum, p, j) => sum + ((x[j] - p) / noise[j]) ** 2, 0));
  const most = Math.max(...logs);
  const mean = logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length;
  return logs[y] - most - Math.log(mean);
}

/** The class as y, its point in noise as x. @param bits by quadrature */
export function pointsTask(id: string, bits: number, law: NoisyPoints): BenchmarkTask {
  return rowTask(id, bits, law.points.length, (rng) => {
    const y = rng.integer(law.points.length);
    const x = law.points[y].map((p, j) => p + law.noise[j] * rng.normal());
    return { x, y: [y], pointwise: pointRatio(law, x, y) };
  });
}

/** K evenly spaced points of [-1, 1]. */
export function evenPoints(count: number, noise: number): NoisyPoints {
  return { points: Array.from({ length: count }, (_, k) => [-1 + (2 * k) / (count - 1)]), noise: [noise] };
}

/** Three points at radius 1.5 in the plane. */
export const threePoints: NoisyPoints = {
  points: [0, 1, 2].map((k) => [1.5 * Math.cos((2 * Math.PI * k) / 3), 1.5 * Math.sin((2 * Math.PI * k) / 3)]),
  noise: [1, 1],
};

/** Information of the sign of a point in noise, bits, by quadrature. */
export const signBits = { 0.6: 0.823997, 0.8: 0.63723, 0.9: 0.556129, 1.4: 0.295245 } as const;

/** y is +-1 and both sources see it, the one in more noise than the other. */
const degraded = {
  x1: pointsTask("degraded-classes:x1", signBits[0.8], evenPoints(2, 0.8)),
  x2: pointsTask("degraded-classes:x2", signBits[1.4], evenPoints(2, 1.4)),
  both: pointsTask("degraded-classes", 0.733291, {
    points: [
      [-1, -1],
      [1, 1],
    ],
    noise: [0.8, 1.4],
  }),
};

/** Four classes are two bits, and each source sees one of them in noise. */
const twoBits = {
  both: pointsTask("two-bits", signBits[0.6] + signBits[0.9], {
    points: [0, 1, 2, 3].map((k) => [2 * (k >> 1) - 1, 2 * (k & 1) - 1]),
    noise: [0.6, 0.9],
  }),
  x1: pointsTask("two-bits:x1", signBits[0.6], { points: [[-1], [-1], [1], [1]], noise: [0.6] }),
  x2: pointsTask("two-bits:x2", signBits[0.9], { points: [[-1], [1], [-1], [1]], noise: [0.9] }),
};

/** y is the sign of x1 x2, turned round with probability p; neither factor tells anything alone. */
function signProduct(p: number, sources: readonly (0 | 1)[]): BenchmarkTask {
  const alone = sources.length === 1;
  const id = `sign-product-${p}${alone ? `:x${sources[0] + 1}` : ""}`;
  return rowTask(id, alone ? 0 : 1 - coinEntropy(p), 2, (rng) => {
    const x = [rng.normal(), rng.normal()];
    const turned = rng.uniform() < p;
    const y = Number(x[0] * x[1] > 0 !== turned);
    const pointwise = alone ? 0 : Math.log(2 * (turned ? p : 1 - p));
    return { x: sources.map((k) => x[k]), y: [y], pointwise };
  });
}

/** One of m labels, turned into another one with probability p. */
function symmetricChannel(m: number, p: number): BenchmarkTask {
  const bits = Math.log2(m) - coinEntropy(p) - p * Math.log2(m - 1);
  return rowTask(`symmetric-channel-${m}-${p}`, bits, m, (rng) => {
    const x = rng.integer(m);
    const turned = rng.uniform() < p;
    const y = turned ? (x + 1 + rng.integer(m - 1)) % m : x;
    return { x: [x], y: [y], pointwise: Math.log(m * (turned ? p / (m - 1) : 1 - p)) };
  });
}

/** Upper ends of the K equally likely parts of a standard normal variable but the last. */
const cuts: Readonly<Record<number, readonly number[]>> = { 2: [0], 4: [-0.6744897501960817, 0, 0.6744897501960817] };

/** The K-quantile of a normal x as its class: log2 K. */
function quantised(count: number): BenchmarkTask {
  return rowTask(`quantised-normal-${count}`, Math.log2(count), count, (rng) => {
    const x = rng.normal();
    return { x: [x], y: [cuts[count].filter((cut) => x > cut).length], pointwise: Math.log(count) };
  });
}

export const classTasks: readonly BenchmarkTask[] = [
  pointsTask("classes-3", 0.99378, threePoints),
  pointsTask("pam-2-0.8", signBits[0.8], evenPoints(2, 0.8)),
  pointsTask("pam-2-1.4", signBits[1.4], evenPoints(2, 1.4)),
  pointsTask("pam-3-0.5", 0.89324, evenPoints(3, 0.5)),
  signProduct(0.1, [0, 1]),
  signProduct(0.1, [0]),
  signProduct(0.1, [1]),
  symmetricChannel(2, 0.1),
  symmetricChannel(4, 0.2),
  symmetricChannel(10, 0.3),
  quantised(2),
  quantised(4),
  degraded.both,
  degraded.x1,
  degraded.x2,
  twoBits.both,
  twoBits.x1,
  twoBits.x2,
];

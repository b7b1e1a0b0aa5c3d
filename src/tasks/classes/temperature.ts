/** Logarithms of temperatures that are looked at. */
const [coldest, hottest] = [Math.log(0.05), Math.log(20)];
const steps = 60;

/**
 * The temperature T under which rows are most likely: softmax(logits / T) (Guo et al. 2017). The loss is convex in
 * 1 / T, so that it has one minimum: golden section.
 * @param logits [rows, classes]
 * @param truth  [rows] class numbers
 * @param slip   probability that a row is of another class than it seems; where every row is predicted right, no temperature is low
 *               enough without it
 */
export function fitTemperature(logits: Float64Array, truth: ArrayLike<number>, classes: number, slip = 0): number {
  const loss = (log: number) => smoothedLoss(logits, truth, { classes, temperature: Math.exp(log), slip });
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [coldest, hottest];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [ofLeft, ofRight] = [loss(left), loss(right)];
  for (let i = 0; i < steps; i++) {
    if (ofLeft <= ofRight) {
      [high, right, ofRight] = [right, left, ofLeft];
      left = high - ratio * (high - low);
      ofLeft = loss(left);
    } else {
      [low, left, ofLeft] = [left, right, ofRight];
      right = low + ratio * (high - low);
      ofRight = loss(right);
    }
  }
  return Math.exp((low + high) / 2);
}

/**
 * The temperature of rows that others are predicted like. However few of n rows are wrong, the next one is with a probability of at
 * least 1 / (n + 2), by Laplace's rule of succession (for two classes: Platt 1999): rows that are all predicted right do not make
 * probabilities certain.
 */
export function calibratedTemperature(logits: Float64Array, truth: ArrayLike<number>, classes: number): number {
  return fitTemperature(logits, truth, classes, 1 / (truth.length + 2));
}

interface Smoothed {
  readonly classes: number;
  readonly temperature: number;
  readonly slip: number;
}

/** Mean cross entropy, nats, of a target of 1 - slip for a row's own class and slip for the others together. */
function smoothedLoss(
  logits: Float64Array,
  truth: ArrayLike<number>,
  { classes, temperature, slip }: Smoothed,
): number {
  let sum = 0;
  for (let r = 0; r < truth.length; r++) {
    const from = r * classes;
    const own = logits[from + truth[r]];
    let [most, all] = [Number.NEGATIVE_INFINITY, 0];
    for (let y = 0; y < classes; y++) {
      most = Math.max(most, logits[from + y]);
      all += logits[from + y];
    }
    let mass = 0;
    for (let y = 0; y < classes; y++) mass += Math.exp((logits[from + y] - most) / temperature);
    const others = (all - own) / (classes - 1);
    sum += Math.log(mass) + (most - (1 - slip) * own - slip * others) / temperature;
  }
  return sum / truth.length;
}

import { logScale } from "../losses/mixture-density.js";

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/**
 * Normal mixtures of rows, on y itself, in float64: log q(y | row) in nats.
 *   y = mean + scale x,  x ~ sum_k softmax(a)_k N(delta_k, exp(2 g_k)),  g as `mixtureLogDensity` bounds it
 */
export class Mixtures {
  /** [rows, components]: log weight with the constant of the density, centre, 1 / deviation; all on y. */
  private readonly weights: Float64Array;
  private readonly centres: Float64Array;
  private readonly inverse: Float64Array;
  private readonly components: number;

  /**
   * @param shapes [rows, 3K] row-major, columns a, delta, g
   * @param means  [rows]
   * @param scale  what x is in units of
   * @param floor  least g
   */
  constructor(shapes: Float32Array, means: Float64Array, scale: number, floor: number) {
    const rows = means.length;
    const width = shapes.length / rows;
    const k = width / 3;
    this.components = k;
    this.weights = new Float64Array(rows * k);
    this.centres = new Float64Array(rows * k);
    this.inverse = new Float64Array(rows * k);
    for (let r = 0; r < rows; r++) {
      const logits = shapes.subarray(r * width, r * width + k);
      const most = Math.max(...logits);
      const total = most + Math.log(logits.reduce((sum, a) => sum + Math.exp(a - most), 0));
      for (let c = 0; c < k; c++) {
        const g = Math.max(floor, Math.min(logScale.most, Math.max(logScale.least, shapes[r * width + 2 * k + c])));
        const at = r * k + c;
        this.weights[at] = logits[c] - total - g - Math.log(scale) - halfLogTwoPi;
        this.centres[at] = means[r] + scale * shapes[r * width + k + c];
        this.inverse[at] = Math.exp(-g) / scale;
      }
    }
  }

  /** Normal densities of rows with one deviation. */
  static normal(means: Float64Array, scale: number): Mixtures {
    return new Mixtures(new Float32Array(3 * means.length), means, scale, logScale.least);
  }

  /** log q(y | row), nats. */
  logDensity(row: number, y: number): number {
    const { components, weights, centres, inverse } = this;
    const from = row * components;
    if (components === 1) return weights[from] - 0.5 * ((y - centres[from]) * inverse[from]) ** 2;
    let most = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let at = from; at < from + components; at++) {
      const e = weights[at] - 0.5 * ((y - centres[at]) * inverse[at]) ** 2;
      if (e > most) {
        sum = sum * Math.exp(most - e) + 1;
        most = e;
      } else sum += Math.exp(e - most);
    }
    return most + Math.log(sum);
  }
}

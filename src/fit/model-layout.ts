import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { ModuleSpec, MomentSpec, Moments } from "../models/module.js";
import { ParameterLayout } from "../models/parameters.js";
import tf from "../tensorflow.js";

/** How a model's parameters and running moments lie in the flat vectors that steps pass in and out. */
export interface ModelLayout {
  readonly parameters: ParameterLayout;
  readonly moments: MomentLayout;
}

/** The layout of what a model declares. */
export function modelLayout(model: Pick<ModuleSpec, "parameters" | "moments">): ModelLayout {
  return { parameters: new ParameterLayout(model.parameters), moments: new MomentLayout(model.moments) };
}

/** Numbers that training learns. */
export function parametersOf({ parameters }: Pick<ModuleSpec, "parameters">): number {
  return new ParameterLayout(parameters).size;
}

/** Running means and variances of all batch normalisations in one flat vector: mean, variance, mean, variance, .. */
export class MomentLayout {
  readonly size: number;
  private readonly lengths: number[];

  constructor(readonly specs: readonly MomentSpec[]) {
    this.lengths = specs.flatMap(({ width }) => [width, width]);
    this.size = this.lengths.reduce((a, b) => a + b, 0);
  }

  /** Means 0 and variances 1. */
  initialise(): Float32Array {
    const values = new Float32Array(this.size);
    let offset = 0;
    for (const { width } of this.specs) {
      values.fill(1, offset + width, offset + 2 * width);
      offset += 2 * width;
    }
    return values;
  }

  unpack(flat: Tensor1D): (name: string) => Moments {
    const parts = tf.split(flat, this.lengths);
    const index = new Map(this.specs.map(({ name }, i) => [name, i]));
    return (name) => {
      const i = index.get(name);
      if (i === undefined) throw new RangeError(`no running moments for "${name}"`);
      return { mean: parts[2 * i], variance: parts[2 * i + 1] };
    };
  }

  /**
   * Batch moments as the flat vector; variances become unbiased (n / (n - 1)) as running variances are by custom. Moments
   * of fewer than two rows say nothing of a spread: the running ones stand in for them.
   */
  pack(observed: ReadonlyMap<string, Moments>, batchSize: number, running: Tensor1D): Tensor {
    const unbiased = batchSize / (batchSize - 1);
    let old: ((name: string) => Moments) | null = null;
    return tf.concat(
      this.specs.flatMap(({ name }) => {
        const moments = observed.get(name);
        if (moments === undefined) throw new RangeError(`batch normalisation "${name}" reported no moments`);
        const { mean, variance, count } = moments;
        if (count === undefined) return [tf.reshape(mean, [-1]), tf.mul(tf.reshape(variance, [-1]), unbiased)];
        old ??= this.unpack(running);
        return ofRows({ mean, variance }, count, old(name));
      }),
    );
  }
}

/** Mean and unbiased variance of `count` rows, from two rows on; before that, what they were. */
function ofRows({ mean, variance }: Moments, count: Tensor, old: Moments): Tensor[] {
  const more = tf.sub(count, 1);
  const enough = tf.clipByValue(more, 0, 1);
  const unbiased = tf.div(count, tf.maximum(more, 1));
  const choose = (fresh: Tensor, before: Tensor) => {
    const kept = tf.reshape(before, [-1]);
    return tf.add(kept, tf.mul(enough, tf.sub(tf.reshape(fresh, [-1]), kept)));
  };
  return [choose(mean, old.mean), choose(tf.mul(variance, unbiased), old.variance)];
}

import type { Tensor2D } from "@tensorflow/tfjs";
import type { AcquisitionValue } from "../../evaluation/acquisition/value.js";
import type { ConstantBecause } from "../../evaluation/conditional-scale.js";
import { type HeadInputs, type HeadRows, headOutputs, type RowHead } from "../../evaluation/row-head.js";
import { expectedLossCost } from "../../losses/expected-loss.js";
import { logScaleBounds } from "../../losses/log-scale-bounds.js";
import { mean } from "../../math/descriptive.js";
import tf from "../../tensorflow.js";
import { fitHead, type HeadPlace, heldOutParts } from "./fit-head.js";

/** Losses of rows that have every modality, when only some of them are at hand. */
export interface ValueData {
  readonly modalities: number;
  /** Per subset the loss of every row, [2^M] of [own rows]; see `AcquisitionValue`. */
  readonly losses: readonly Float64Array[];
  /** Subset and own row of each row that is read; the subset holds some modality and lacks some. */
  readonly subsetOf: Int32Array;
  readonly rowOf: Int32Array;
  /** What may be read, by name. */
  readonly read: ReadonlyMap<HeadInputs, HeadRows>;
}

/** Fewer rows have the same values, those of their subset. */
export const fewestValueRows = 100;

/** Standard errors by which held-out rows have to be told better than if they were all alike. */
const clear = 2;

/**
 * Fits what each modality may be expected to bring a row. What of it held-out rows do not show clearly is left at the mean of the
 * subset: the loss at hand, and for each modality how far the loss falls.
 * @throws Interrupted when the signal fires
 */
export async function fitValue(
  data: ValueData,
  { engine, rng, signal }: HeadPlace,
): Promise<Pick<AcquisitionValue, "base" | "constant" | "head">> {
  const { modalities, losses, rowOf } = data;
  const base = losses.map((own) => mean(own));
  const alike = (because: ConstantBecause) => ({
    ...{ base, head: null },
    constant: new Array<ConstantBecause>(modalities + 1).fill(because),
  });
  if (new Set(rowOf).size < fewestValueRows) return alike("few-rows");
  const parts = heldOutParts(rowOf, rng.split("held-out"));
  const given = givenOf(data, base);
  const outputs = modalities + 1;
  const each = (out: Tensor2D, shares: Tensor2D) => valueCosts(out, shares, outputs);
  let best: { head: RowHead; cost: number; read: HeadRows } | null = null;
  for (const [inputs, read] of data.read) {
    const request = { ...parts, inputs, read, given, outputs, each, what: "the values of modalities" };
    const { head, costs } = await fitHead(request, { engine, rng: rng.split(inputs), signal });
    const cost = mean(costs);
    if (best === null || cost < best.cost) best = { head, cost, read };
  }
  if (best === null) return alike("no-pattern");
  const constant = constantsOf(data, given, parts.heldRows, headOutputs(best.head, best.read));
  return { base, constant, head: constant.every((because) => because !== null) ? null : best.head };
}

/** What the cost of a row reads: losses over the mean of their subset, at hand and with each modality, then 1 for those that count. */
function givenOf({ modalities, losses, subsetOf, rowOf }: ValueData, base: readonly number[]) {
  const outputs = modalities + 1;
  const width = 2 * outputs;
  const values = new Float32Array(subsetOf.length * width);
  subsetOf.forEach((subset, i) => {
    for (let k = 0; k < outputs; k++) {
      const after = k === 0 ? subset : subset | (1 << (k - 1));
      const counts = k === 0 || after !== subset;
      // Losses that are all 0 are as expected.
      values[i * width + k] = base[after] > 0 ? losses[after][rowOf[i]] / base[after] : 1;
      values[i * width + outputs + k] = Number(counts);
    }
  });
  return { values, width };
}

/** Costs [batch, 1 + M] of outputs: the log of the loss at hand, and what is added to it for the log of the loss afterwards. */
function valueCosts(out: Tensor2D, given: Tensor2D, outputs: number): Tensor2D {
  const loss = tf.slice(given, [0, 0], [-1, outputs]);
  const counted = tf.slice(given, [0, outputs], [-1, outputs]);
  const [atHand, added] = [tf.slice(out, [0, 0], [-1, 1]), tf.slice(out, [0, 1], [-1, outputs - 1])];
  const logs = tf.concat([atHand, tf.add(added, atHand)], 1) as Tensor2D;
  return tf.mul(expectedLossCost(logs, loss), counted) as Tensor2D;
}

/** Why each output tells held-out rows no better than 0 does; null where it does. Copies of a row are one row. */
function constantsOf(
  { modalities, rowOf }: ValueData,
  given: { readonly values: Float32Array; readonly width: number },
  held: Int32Array,
  outputs: Float64Array,
): (ConstantBecause | null)[] {
  const width = modalities + 1;
  const cost = (log: number, loss: number) => {
    const g = Math.min(logScaleBounds.most, Math.max(logScaleBounds.least, log));
    return g + loss * Math.exp(-g);
  };
  const isClear = (gain: (i: number) => number | null) => {
    const byRow = new Map<number, number[]>();
    for (const i of held) {
      const own = gain(i);
      if (own !== null) byRow.set(rowOf[i], [...(byRow.get(rowOf[i]) ?? []), own]);
    }
    const gains = [...byRow.values()].map((own) => mean(own));
    const centre = mean(gains);
    const error = Math.sqrt(mean(gains.map((own) => (own - centre) ** 2)) / gains.length);
    return centre > clear * error;
  };
  const lossOf = (i: number, k: number) => given.values[i * given.width + k];
  const firstKnown = isClear((i) => cost(0, lossOf(i, 0)) - cost(outputs[i * width], lossOf(i, 0)));
  const atHand = (i: number) => (firstKnown ? outputs[i * width] : 0);
  const clears = Array.from({ length: modalities }, (_, m) =>
    isClear((i) => {
      if (lossOf(i, width + m + 1) === 0) return null;
      const [loss, before] = [lossOf(i, m + 1), atHand(i)];
      return cost(before, loss) - cost(before + outputs[i * width + m + 1], loss);
    }),
  );
  return [firstKnown, ...clears].map((known) => (known ? null : "no-pattern"));
}

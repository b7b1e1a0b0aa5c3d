import { flatLayout } from "../closed-form/flat-values.js";
import type { ClassReadings } from "./class-rows.js";

/** A decomposition whose numbers agree, in the order of `flatLayout`, and what had to be done for it. */
export interface AgreedValues {
  readonly values: Float64Array;
  /** How far the union is above the total that the joint posterior shows, bits; 0 where it is not. */
  readonly jointLacks: number;
  /** Largest change, bits. */
  readonly largestChange: number;
}

/**
 * Makes one decomposition of the readings of cells, bits:
 * - I_k less its bias, at least 0; the union less the largest bias, between the largest I_k and their sum;
 * - the total is what the joint posterior shows, at least the union, which is a lower bound of it too, at most H(Y);
 * - two modalities: u_1 = union - I_2, u_2 = union - I_1, r = I_1 + I_2 - union, s = total - union;
 * - more: u_k = union - union of the others, s = total - union, and all that is shared, by all or by some, is what the union
 *   leaves. Should the unique parts exceed the union, they are scaled to it.
 * The gain of a modality, total - I of the others, is known for two; NaN for more, where no posterior of the others exists.
 */
export function agreedValues({ single, bias, union, without, total, entropy }: ClassReadings): AgreedValues {
  const m = single.length;
  const own = Array.from(single, (v, k) => Math.max(0, v - bias[k]));
  const most = (of: readonly number[]) => Math.max(...of);
  const bound = (value: number, of: readonly number[]) =>
    Math.min(
      Math.max(value - most(of.map((k) => bias[k])), most(of.map((k) => own[k]))),
      of.reduce((sum, k) => sum + own[k], 0),
    );
  const all = own.map((_, k) => k);
  const known = Math.min(entropy, bound(union.bits, all));
  const others = all.map((k) => {
    const rest = all.filter((j) => j !== k);
    return Math.min(known, m === 2 ? own[rest[0]] : bound(without[k].bits, rest));
  });
  const unique = others.map((other) => known - other);
  const sum = unique.reduce((a, b) => a + b, 0);
  const scaled = sum > known ? unique.map((u) => (u * known) / sum) : unique;
  const shared = Math.max(0, known - scaled.reduce((a, b) => a + b, 0));
  const information = Math.min(entropy, Math.max(total, known));
  const gains = all.map((k) => (m === 2 ? information - own[1 - k] : Number.NaN));
  const at = flatLayout(m);
  const values = new Float64Array(at.length);
  values.set([information, ...own, ...scaled, shared, information - known, 0, known, ...gains]);
  return {
    values,
    jointLacks: Math.max(0, known - total),
    largestChange: Math.max(sum - known, ...Array.from(single, (v, k) => bias[k] - v), 0),
  };
}

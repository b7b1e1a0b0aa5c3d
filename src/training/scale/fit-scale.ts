import type { ConditionalScale, ConstantBecause, ScaleInputs, ScaleRows } from "../../evaluation/conditional-scale.js";
import { scaledError } from "../../losses/scaled-error.js";
import { mean } from "../../math/descriptive.js";
import { fitHead, type HeadParts, type HeadPlace, heldOutParts } from "../row-head/fit-head.js";

/** Errors of training rows, and what their size may be read from. */
export interface ScaleData {
  /** Row-major [rows, targets], user's units. */
  readonly errors: Float64Array;
  readonly targets: number;
  /** What may be read, by name; the one that tells more of the rows that are held out is used. */
  readonly read: ReadonlyMap<ScaleInputs, ScaleRows>;
  /** Training row that each row is of: a row may be there several times, with and without modalities. */
  readonly rowOf: Int32Array;
}

/** Fewer training rows have one scale for all. */
export const fewestScaleRows = 200;

/** Standard errors by which held-out rows have to be told better than by one scale. */
const clear = 2;

/**
 * Fits how large errors are, by row, on errors of the training rows; a target of which held-out rows are not told clearly
 * better has one scale for all rows.
 * @throws Interrupted when the signal fires
 */
export async function fitScale(data: ScaleData, { engine, rng, signal }: HeadPlace): Promise<ConditionalScale> {
  const { targets } = data;
  const own = new Set(data.rowOf).size;
  const base = meanAbsolute(data);
  const alike = (because: ConstantBecause): ConditionalScale => ({
    base,
    constant: base.map(() => because),
    head: null,
  });
  if (own < fewestScaleRows) return alike("few-rows");
  const parts = heldOutParts(data.rowOf, rng.split("held-out"));
  const given = { values: Float32Array.from(data.errors, (error, i) => error / base[i % targets]), width: targets };
  const what = "the scale of the errors";
  let best: Fitted | null = null;
  for (const [inputs, read] of data.read) {
    const request = { ...parts, inputs, read, given, outputs: targets, each: scaledError, what };
    const { head, costs } = await fitHead(request, { engine, rng: rng.split(inputs), signal });
    const fitted = { head, gains: gainsOf(data, base, parts, costs) };
    if (best === null || total(fitted.gains) > total(best.gains)) best = fitted;
  }
  if (best === null) return alike("no-pattern");
  const constant = best.gains.map((gain) => (gain.mean > clear * gain.error ? null : "no-pattern"));
  if (constant.every((because) => because !== null)) return alike("no-pattern");
  return { base, constant: constant.slice(0, targets), head: best.head };
}

/** By how much held-out rows are told better than by one scale, nats per row. */
interface Gain {
  readonly mean: number;
  readonly error: number;
}

interface Fitted {
  readonly head: NonNullable<ConditionalScale["head"]>;
  readonly gains: readonly Gain[];
}

const total = (gains: readonly Gain[]) => gains.reduce((sum, gain) => sum + gain.mean, 0);

/** Mean absolute error per target; 1 where all are 0, which every scale fits. */
function meanAbsolute({ errors, targets }: ScaleData): number[] {
  const rows = errors.length / targets;
  return Array.from({ length: targets }, (_, t) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += Math.abs(errors[i * targets + t]);
    return sum > 0 ? sum / rows : 1;
  });
}

/** Per target; copies of a row are one row. */
function gainsOf(
  { targets, errors, rowOf }: ScaleData,
  base: readonly number[],
  { heldRows }: HeadParts,
  costs: Float64Array,
): Gain[] {
  return Array.from({ length: targets }, (_, t) => {
    const byRow = new Map<number, number[]>();
    heldRows.forEach((i, k) => {
      const gain = Math.abs(errors[i * targets + t]) / base[t] - costs[k * targets + t];
      byRow.set(rowOf[i], [...(byRow.get(rowOf[i]) ?? []), gain]);
    });
    const gains = [...byRow.values()].map((own) => mean(own));
    const centre = mean(gains);
    const variance = mean(gains.map((gain) => (gain - centre) ** 2));
    return { mean: centre, error: Math.sqrt(variance / gains.length) };
  });
}

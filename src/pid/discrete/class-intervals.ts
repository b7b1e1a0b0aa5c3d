import { normalQuantile } from "../../math/special.js";
import { combineValues } from "../closed-form/combine-values.js";
import { flatLayout, namedValues, valuesInOrder } from "../closed-form/flat-values.js";
import { errorOf } from "../estimate/pointwise-error.js";
import type { RowGroups } from "../estimate/row-groups.js";
import type { PidIntervals, PidValues } from "../types.js";
import type { AgreedValues } from "./class-values.js";

/** Loss of cells, bits, beyond which there are twice as many; and beyond which ends of the union count with errors of their own. */
export const coarse = 0.02;

interface Uncertain {
  readonly names: readonly string[];
  readonly values: PidValues;
  readonly standardErrors: PidValues;
  readonly range: AgreedValues["unionRange"];
  readonly endErrors: EndErrors;
}

/** Standard errors of what the parts are where the union is at one of its ends: of each part, in the order of `flatLayout`. */
interface EndErrors {
  /** The union is no more than the most that one modality tells. */
  readonly least: Float64Array;
  /** The union is all that is told together. */
  readonly most: Float64Array;
}

/**
 * The ends of the union are informations, and parts there are differences of informations, each with its own error: a synergy of 0 has
 * none, while what is told together less what one modality tells has.
 */
export function endErrorsOf(
  names: readonly string[],
  values: Float64Array,
  influences: readonly Float64Array[],
  groups: RowGroups | null,
): EndErrors {
  const at = flatLayout(names.length);
  const single = names.map((_, k) => at.single + k);
  const first = single.reduce((best, i) => (values[i] > values[best] ? i : best), single[0]);
  const error = (plus: readonly number[], minus: readonly number[]) =>
    errorOf(
      influences[0].map((_, r) => {
        const sum = (places: readonly number[]) => places.reduce((all, i) => all + influences[i][r], 0);
        return sum(plus) - sum(minus);
      }),
      groups,
    );
  const [least, most] = [new Float64Array(at.length), new Float64Array(at.length)];
  least[at.union] = error([first], []);
  most[at.union] = error([at.total], []);
  least[at.synergy] = error([at.total], [first]);
  // of two modalities the other parts follow from the union
  if (names.length === 2) {
    least[at.redundancy] = error(single, [first]);
    most[at.redundancy] = error(single, [at.total]);
    single.forEach((_, k) => {
      least[at.unique + k] = error([first], [single[1 - k]]);
      most[at.unique + k] = error([at.total], [single[1 - k]]);
    });
  }
  return { least, most };
}

/** Value ± z errors, wider by what cells may lose of the union and by the errors that its ends have, within 0 and H(Y). */
export function intervalsOf(
  { names, values, standardErrors, range, endErrors: { least, most } }: Uncertain,
  level: number,
  cap: number,
): PidIntervals {
  const z = normalQuantile((1 + level) / 2);
  const at = flatLayout(names.length);
  const [below, above] = [new Float64Array(at.length), new Float64Array(at.length)];
  const own = Float64Array.from(valuesInOrder(standardErrors));
  const beyond = (i: number, far: number, ends: Float64Array) =>
    far > coarse ? far + z * Math.max(0, ends[i] - own[i]) : far;
  const widen = (i: number, down: number, up: number, [lower, upper]: readonly Float64Array[]) => {
    below[i] = beyond(i, down, lower);
    above[i] = beyond(i, up, upper);
  };
  names.forEach((_, k) => void widen(at.unique + k, range.below, range.above, [least, most]));
  widen(at.union, range.below, range.above, [least, most]);
  for (const i of [at.redundancy, at.synergy]) widen(i, range.above, range.below, [most, least]);
  return {
    ...{ level, method: "value and standard errors, wider by what cells may lose, within 0 and H(Y)" },
    lower: combineValues([values, standardErrors, namedValues(names, below)], ([v, e, w]) =>
      Math.max(0, v - w - z * e),
    ),
    upper: combineValues([values, standardErrors, namedValues(names, above)], ([v, e, w]) =>
      Math.min(cap, v + w + z * e),
    ),
  };
}

import { outputWidth, takeRows } from "../data.js";
import { type Compared, chosenShares } from "../shares.js";
import { kernelErrors, nearestDistance, type Surroundings } from "./kernel-errors.js";
import { type Projection, placed, placesOf } from "./places.js";

/** Latents of rows that are learned from and of rows that judge, with what the network errs by at the former. */
export interface SeenRows {
  /** Row-major [n, M d]. */
  readonly latents: Float32Array;
  /** Row-major [n, dm]. */
  readonly errors: Float64Array;
  /** Of the validation rows, row-major. */
  readonly judging: Float32Array;
}

/** What is judged: outputs of the network at the validation rows, and shares of the errors that are tried. */
export type Judged = Omit<Compared, "other">;

/** Which rows are near one another. */
export interface Nearness {
  /** What a squared difference of each modality's latent counts by, [M]. */
  readonly weights: readonly number[];
  readonly projection: Projection;
  /** By these weights; the validation rows look. */
  readonly surroundings: Surroundings;
  /** Squared distance at which the kernel has fallen to 1/e. */
  readonly reach: number;
}

/** Reaches of the kernel that are tried, as multiples of the squared distance of the nearest training row in the median. */
const reaches = [0.2, 0.4, 0.8, 1.6, 3.2];
/** Factors of a modality's weight that are tried, each up to twice. */
const factors = [4, 0.25];
/** Modalities whose weight is tried at most, beside the heaviest. */
const mostTried = 3;
/** Validation rows that choose at most. */
const mostJudges = 1000;

/**
 * The weights of the modalities and the reach that some of the validation rows like best: first those of the fusion, then one modality
 * after the other beside the heaviest, by a factor that has to save `least` of the cost.
 * @param fused what the fusion weighs each modality by, [M]
 * @returns null where most rows have a training row in their own place
 */
export function chosenNearness(
  seen: SeenRows,
  judged: Judged,
  { fused, least }: { readonly fused: readonly number[]; readonly least: number },
): Nearness | null {
  let best = judgedNearness(seen, judged, fused);
  for (const modality of besideTheHeaviest(fused)) {
    for (const factor of factors) {
      const before = best;
      for (let times = 0; times < 2 && best !== null; times++) {
        const weights: readonly number[] = best.weights.map((weight, m) => (m === modality ? factor * weight : weight));
        const tried = judgedNearness(seen, judged, weights);
        if (tried === null || !(tried.cost < best.cost - least * Math.abs(best.cost))) break;
        best = tried;
      }
      if (best !== before) break;
    }
  }
  return best;
}

/** Modalities that the fusion weighs, the heavier first, without the first. */
function besideTheHeaviest(fused: readonly number[]): number[] {
  const weighed = [...fused.keys()].filter((m) => fused[m] > 0);
  return weighed.sort((a, b) => fused[b] - fused[a]).slice(1, 1 + mostTried);
}

/** With these weights of the modalities, the reach of the least cost. */
function judgedNearness(
  { latents, errors, judging }: SeenRows,
  { network, data, ...judged }: Judged,
  weights: readonly number[],
): (Nearness & { readonly cost: number }) | null {
  const { validationRows, trainRows } = data;
  const projection = placesOf(latents, trainRows.length, weights);
  const surroundings = {
    places: placed(projection, latents, trainRows.length),
    errors,
    seenFrom: placed(projection, judging, validationRows.length),
    width: projection.width,
  };
  const unit = nearestDistance(surroundings);
  if (!(unit > 0)) return null;
  const count = Math.min(validationRows.length, mostJudges);
  const at = Int32Array.from({ length: count }, (_, i) => Math.floor((i * validationRows.length) / count));
  const own = takeRows(network, outputWidth(data), at);
  const some = { ...data, validationRows: Int32Array.from(at, (i) => validationRows[i]) };
  const seenFrom = takeRows(surroundings.seenFrom, surroundings.width, at);
  const tried = reaches.map((reach) => reach * unit);
  const costs = kernelErrors({ ...surroundings, seenFrom }, tried).map((found) => {
    return chosenShares({ ...judged, data: some, network: own, other: beside(own, found) }, null).after;
  });
  const cost = Math.min(...costs);
  return { weights, projection, surroundings, reach: tried[costs.indexOf(cost)], cost };
}

/** Outputs of the network and what near rows add to them. */
export function beside(network: Float32Array, errors: ArrayLike<number>): Float64Array {
  return Float64Array.from(errors, (error, i) => network[i] + error);
}

import { median, quantileOfSorted, sorted } from "../../math/descriptive.js";
import { normalQuantile } from "../../math/special.js";
import type { FittedInputs } from "./fitted-inputs.js";
import { indexedMap, interpolate } from "./piecewise-linear.js";

/** Map of one raw column to a network input; plain JSON. */
export type ColumnPreparation = QuantilePreparation | StandardizePreparation;

/** Piecewise linear map through knots (y ascending, z ascending), constant beyond them, clipped at +-clip. */
export interface QuantilePreparation {
  readonly kind: "quantile";
  readonly y: readonly number[];
  readonly z: readonly number[];
  readonly clip: number;
  /** Prepared value of a missing one: mean of the prepared training values. */
  readonly fill: number;
}

/** u = (value - mean) / scale, clipped at +-clip; smoothly where `smooth` is given: u / sqrt(1 + (u / smooth)^2). */
export interface StandardizePreparation {
  readonly kind: "standardize";
  readonly mean: number;
  readonly scale: number;
  readonly clip: number;
  /** Where smooth clipping levels off. */
  readonly smooth?: number | undefined;
  readonly fill: number;
}

/** Why a column cannot be used. */
export type Unusable = "constant" | "all missing" | "spread beyond the range of numbers";

/** Departures from the median beyond this many typical ones do not count further towards mean and scale. */
const farthestDeparture = 50;

/**
 * Fits the preparation of one column on its training values: ranks to normal scores, or standardisation when the most
 * frequent value has a share of `tieShare` or more (ranks would then blow up small differences next to it).
 * @param values training values, NaN = missing
 */
export function fitColumn(values: Float64Array, config: FittedInputs): ColumnPreparation | Unusable {
  const present = values.filter((value) => !Number.isNaN(value));
  if (present.length === 0) return "all missing";
  const ascending = sorted(present);
  if (ascending[0] === ascending[ascending.length - 1]) return "constant";
  const useRanks = config.preparation === "quantile" && largestTie(ascending) / ascending.length < config.tieShare;
  const scaled = () =>
    config.preparation === "robust" ? fitRobust(ascending) : fitStandardize(ascending, config.standardizedClip);
  const fitted = useRanks ? fitQuantile(ascending, config) : scaled();
  if (fitted === undefined) return "spread beyond the range of numbers";
  const preparation: ColumnPreparation = { ...fitted, fill: 0 };
  const prepare = valuePreparer(preparation, present.length);
  let sum = 0;
  for (const value of present) sum += prepare(value);
  return { ...preparation, fill: round(sum / present.length) };
}

/** Raw value -> prepared one, finite for every finite value; a missing value (NaN) becomes the fill. */
export function prepareValue(preparation: ColumnPreparation, value: number): number {
  if (Number.isNaN(value)) return preparation.fill;
  return clipped(
    preparation,
    preparation.kind === "quantile"
      ? interpolate(preparation.y, preparation.z, value)
      : smoothlyClipped((value - preparation.mean) / preparation.scale, preparation.smooth),
  );
}

/** The same for many values of a column, to the last bit. @param count about how many there will be */
export function valuePreparer(preparation: ColumnPreparation, count: number): (value: number) => number {
  // An index of the knots pays where there are more values than knots.
  if (preparation.kind !== "quantile" || count < 4 * preparation.y.length) {
    return (value) => prepareValue(preparation, value);
  }
  const map = indexedMap(preparation.y, preparation.z);
  return (value) => (Number.isNaN(value) ? preparation.fill : clipped(preparation, map(value)));
}

function clipped({ clip }: ColumnPreparation, prepared: number): number {
  return Math.max(-clip, Math.min(clip, prepared));
}

function smoothlyClipped(u: number, limit: number | undefined): number {
  if (limit === undefined) return u;
  // Of values beyond the range of squares, what they tend to.
  return Math.abs(u) > 1e150 ? Math.sign(u) * limit : u / Math.sqrt(1 + (u / limit) ** 2);
}

function largestTie(ascending: Float64Array): number {
  let most = 0;
  for (let start = 0, i = 1; i <= ascending.length; i++) {
    if (i === ascending.length || ascending[i] !== ascending[start]) {
      most = Math.max(most, i - start);
      start = i;
    }
  }
  return most;
}

/** Normal scores Phi^-1((r - 3/8) / (n + 1/4)) of average ranks r, at most `knots` of them, evenly spaced in z. */
function fitQuantile(ascending: Float64Array, config: FittedInputs): Omit<QuantilePreparation, "fill"> {
  const n = ascending.length;
  const y: number[] = [];
  const z: number[] = [];
  for (let start = 0, i = 1; i <= n; i++) {
    if (i < n && ascending[i] === ascending[start]) continue;
    const rank = (start + 1 + i) / 2;
    y.push(ascending[start]);
    z.push(normalQuantile((rank - 0.375) / (n + 0.25)));
    start = i;
  }
  const kept = y.length <= config.knots ? y.map((_, i) => i) : evenlySpaced(z, config.knots);
  return { kind: "quantile", y: kept.map((i) => y[i]), z: kept.map((i) => round(z[i])), clip: config.clip };
}

/** Indices of at most `count` of the ascending scores, both ends included, about equally far apart. */
function evenlySpaced(z: readonly number[], count: number): number[] {
  const kept: number[] = [];
  const step = (z[z.length - 1] - z[0]) / (count - 1);
  for (let i = 0; i < z.length; i++) {
    const due = z[0] + kept.length * step;
    if (z[i] >= due - 1e-12 && kept.length < count - 1) kept.push(i);
  }
  if (kept[kept.length - 1] !== z.length - 1) kept.push(z.length - 1);
  return kept;
}

/**
 * Mean and standard deviation after pulling absurd values in: departures from the median count up to 50 times the
 * median departure of the values that do depart. Undefined when the scale is beyond what numbers can hold.
 */
function fitStandardize(ascending: Float64Array, clip: number): Omit<StandardizePreparation, "fill"> | undefined {
  const centre = median(ascending);
  const departures = ascending.filter((value) => value !== centre).map((value) => Math.abs(value - centre));
  const typical = median(departures);
  let sum = 0;
  let squares = 0;
  for (const value of ascending) {
    const d = Math.max(-farthestDeparture, Math.min(farthestDeparture, (value - centre) / typical));
    sum += d;
    squares += d * d;
  }
  const n = ascending.length;
  const mean = centre + typical * (sum / n);
  const scale = typical * Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  if (!Number.isFinite(mean) || !Number.isFinite(scale) || scale === 0) return undefined;
  return { kind: "standardize", mean, scale, clip };
}

/** Where robustly scaled values level off. */
const robustLimit = 3;

/** Half a range counts up to so many typical departures from the median: one absurd value must not press all others together. */
const widestRange = 5;

/**
 * Median and distance of the quartiles, of which values in the middle come to lie within 1 of 0; half the range where the
 * quartiles coincide (RealMLP, arXiv 2407.04491), within bounds. Undefined when the scale is beyond what numbers can hold.
 */
function fitRobust(ascending: Float64Array): Omit<StandardizePreparation, "fill"> | undefined {
  const [low, high] = [quantileOfSorted(ascending, 0.25), quantileOfSorted(ascending, 0.75)];
  const centre = median(ascending);
  const scale = high > low ? high - low : halfRange(ascending, centre);
  if (!Number.isFinite(scale) || scale === 0) return undefined;
  return { kind: "standardize", mean: centre, scale, clip: robustLimit, smooth: robustLimit };
}

function halfRange(ascending: Float64Array, centre: number): number {
  const departures = ascending.filter((value) => value !== centre).map((value) => Math.abs(value - centre));
  return Math.min((ascending[ascending.length - 1] - ascending[0]) / 2, widestRange * median(departures));
}

/** Seven decimals: below float32 resolution at the sizes that occur, and short in JSON; never -0, which JSON loses. */
function round(value: number): number {
  return Math.round(value * 1e7) / 1e7 + 0;
}

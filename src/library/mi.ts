/**
 * `pidreg/mi`: mutual information beyond the Gaussian reading. Bounds of any log-ratio and nearest neighbours are plain
 * arithmetic; densities are fitted on an engine, which is loaded when they are called.
 */

import type { EngineName } from "../config/engines.js";
import type { CheckedReading, GaussianCheck } from "../mi/check-types.js";
import type { EstimatorName } from "../mi/estimators/estimator-names.js";
import type { InformationPair, PairEstimates } from "../mi/estimators/information-types.js";
import type { PidColumns } from "../pid/estimate/data-columns.js";
import type { GroupLabel } from "../pid/estimate/row-groups.js";

export { atomRanges } from "../mi/atom-ranges.js";
export { type BoundEstimate, type BoundOptions, heldOutBound, type LogRatios } from "../mi/bound.js";
export type { AtomRange, AtomRanges, CheckedReading, Gap, GaussianCheck } from "../mi/check-types.js";
export type { Estimate } from "../mi/estimate.js";
export { type EstimatorName, estimatorNames } from "../mi/estimators/estimator-names.js";
export type { InformationPair, NamedEstimate, PairEstimates } from "../mi/estimators/information-types.js";
export { type KsgOptions, ksg } from "../mi/ksg.js";
export { type KsgClassesOptions, ksgClasses } from "../mi/ksg-classes.js";
export type { Association } from "../mi/screening/contingency.js";
export { benjaminiHochberg } from "../mi/screening/false-discovery.js";
export {
  type Monotone,
  type ScreenedColumn,
  type Screening,
  type ScreenOptions,
  screenColumns,
} from "../mi/screening/screen.js";
export type { PidColumns } from "../pid/estimate/data-columns.js";
export { type GroupLabel, type RowGroups, rowGroups } from "../pid/estimate/row-groups.js";

/** Choices of `densityInformation` and `checkInformation`. */
export interface InformationOptions {
  /** Label of the group of each row; rows of one group depend on one another. Left out: rows are independent. */
  readonly groups?: ArrayLike<GroupLabel> | undefined;
  /** Seed of folds and fits. Default 1. */
  readonly seed?: number;
  /** Default 5; no more than there are groups. */
  readonly folds?: number;
  /** Default `auto`. */
  readonly engine?: EngineName;
  readonly signal?: AbortSignal | undefined;
  /** Called after each of the fits. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** What one source tells about a target, by the linear Gaussian reading and by a conditional density. */
export interface DensityInformation extends CheckedReading {
  /** [rows] parts of the gap, bits. */
  readonly gapOfRows: Float64Array;
  /** Whether the informations are lower bounds: one target. */
  readonly bound: boolean;
}

/**
 * Information that a source has about a target, from a conditional density that starts from the linear Gaussian reading; every
 * row is scored by a density that did not see it. Columns count by their ranks alone. A lower bound for one target; for several
 * a difference of entropies, which is none.
 * @throws InputError for columns that do not fit together, a target without variation, and fewer than 200 rows
 */
export async function densityInformation(
  target: PidColumns,
  source: PidColumns,
  options: InformationOptions = {},
): Promise<DensityInformation> {
  const { readDensity } = await import("../mi/check.js");
  return withEngine(options, (engine) => readDensity(target, source, { ...options, engine }));
}

/**
 * Asks whether the Gaussian reading of a table is enough: the linear Gaussian reading against a conditional density, of each
 * modality and of all together, and what their informations alone say about the atoms.
 * @throws InputError as `densityInformation` does
 */
export async function checkInformation(
  target: PidColumns,
  modalities: readonly PidColumns[],
  options: InformationOptions = {},
): Promise<GaussianCheck> {
  const { checkGaussian } = await import("../mi/check.js");
  return withEngine(options, (engine) => checkGaussian(target, modalities, { ...options, engine }));
}

/** Choices of `mutualInformation`. */
export interface MutualInformationOptions extends Omit<InformationOptions, "groups"> {
  /** Default gaussian, ksg and density. */
  readonly estimators?: readonly EstimatorName[];
}

/**
 * I(X; Y) by one or several estimators, bits, each with its standard error; estimators that do not read rows like these are named
 * with the reason. Rows count in an order of their own, columns by their ranks.
 * @throws InputError for columns that do not fit together, values that are not finite, and a side that is the same in every row
 */
export async function mutualInformation(
  pair: InformationPair,
  options: MutualInformationOptions = {},
): Promise<PairEstimates> {
  const [{ estimatePair }, { estimators }] = await Promise.all([
    import("../mi/estimators/estimate-information.js"),
    import("../mi/estimators/registry.js"),
  ]);
  const { estimators: names = ["gaussian", "ksg", "density"], seed = 1, folds, signal, onProgress } = options;
  const chosen = names.map((name) => estimators[name]);
  return withEngine(options, (engine) =>
    estimatePair(pair, chosen, { engine: async () => engine, seed, folds, signal, onProgress }),
  );
}

async function withEngine<T>(
  { engine: name = "auto" }: InformationOptions,
  work: (engine: import("../engine/engine.js").Engine) => Promise<T>,
): Promise<T> {
  const { createEngine } = await import("../engine/index.js");
  const engine = await createEngine(name);
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

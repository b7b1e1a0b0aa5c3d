/**
 * What a reader must know before trusting the numbers.
 * - `saturated`: some direction of the target is determined exactly; infinite values are Infinity (null in JSON).
 * - `underdetermined`: fewer rows than columns; the covariance of a sample then fakes perfect prediction.
 * - `boundary`: two modalities tie in some direction within two standard errors; intervals of the atoms hold whichever knows
 *   more and are wide, read the contrasts instead.
 * - `inconsistent`: an atom came out negative beyond what rounding or sampling noise explains.
 * - `dependent-target`: some target columns are combinations of others and were dropped.
 * - `dependent-source`: some source columns are constant or combinations of others; they carry nothing extra.
 * - `no-information`: neither the total nor any modality by itself is distinguishable from 0.
 * - `few-rows`: fewer than 5 rows per column of the modalities. Bias-corrected, errors then hold for rows that are nearly
 *   normal; cross-fitted, what could not be learned from so few rows is missing and its amount unknown.
 * - `non-gaussian`: a conditional density finds information that the Gaussian reading misses (`pidreg/mi`); the atoms are of the
 *   mean of the target, and do not hold where targets are several.
 * - `few-groups`: rows depend on one another in fewer than 20 groups (of equal size), so errors are only roughly known.
 * - `few-rows-per-cell`: so few rows fall on each class of a cell that unique parts of classes may be too large; see `unionExcess`.
 * - `above-entropy`: read as numbers, a target with ties would hold more than its entropy; see `cappedAtEntropy`.
 * - `lower-bound`: of a run whose training rows are too few to learn all of so high an information: it is known from below only,
 *   and its intervals have no upper end.
 * - `heavy-tails`: errors rest on few rows of a tail so heavy that rows may have no fourth moments; intervals hold too rarely.
 */
export const pidFlags = [
  "saturated",
  "underdetermined",
  "boundary",
  "inconsistent",
  "dependent-target",
  "dependent-source",
  "no-information",
  "few-rows",
  "few-groups",
  "few-rows-per-cell",
  "above-entropy",
  "non-gaussian",
  "heavy-tails",
  "lower-bound",
] as const;
export type PidFlag = (typeof pidFlags)[number];

/** Which definition of unique information: `broja` (Bertschinger et al. 2014) or `idep` (James et al. 2018). */
export const pidMeasures = ["broja", "idep"] as const;
export type PidMeasure = (typeof pidMeasures)[number];

/** One number per modality, keyed by the name the user gave it. */
export type ByModality<N extends Amount = number> = Readonly<Record<string, N>>;

/** Bits as results hold them: infinite information is Infinity in what was just computed, null in a document. */
export type Amount = number | null;

/** Mutual information with the target, bits. */
export interface PidInformation<N extends Amount = number> {
  /** I(Y; all modalities) */
  readonly total: N;
  /** I(Y; Z_k) */
  readonly byModality: ByModality<N>;
}

/** The atoms, bits; they sum to the total information. */
export interface PidAtoms<N extends Amount = number> {
  /** Known to this modality only. */
  readonly unique: ByModality<N>;
  /** Known to every modality. */
  readonly redundancy: N;
  /** Known only to at least two modalities together. */
  readonly synergy: N;
  /** Shared by some, not all, modalities; 0 for two. */
  readonly partialRedundancy: N;
}

/** Every number of a decomposition, bits; the shape of its standard errors and interval ends too. */
export interface PidValues<N extends Amount = number> {
  readonly information: PidInformation<N>;
  readonly atoms: PidAtoms<N>;
  /** Union information: what the modalities know one by one, I_total - synergy. */
  readonly union: N;
}

/** A direction of the target and who sees it better. */
export interface PidDirection {
  /** Weights on the target columns (dropped columns 0); scaled so that the first modality leaves variance 1 in it. */
  readonly weights: readonly number[];
  /** Variance the second modality leaves in it, over what the first leaves; above 1 the first sees it better. */
  readonly varianceRatio: number;
  /** 1/2 log2 varianceRatio, bits: positive adds to the first modality's unique, negative to the second's. */
  readonly bits: number;
}

/** The two-modality decomposition of a pair, ignoring the others; bits. */
export interface PairPid {
  readonly modalities: readonly [string, string];
  readonly information: number;
  readonly unique: readonly [number, number];
  readonly redundancy: number;
  readonly synergy: number;
}

/** I(Y; a) - I(Y; b) for a pair of modalities, bits: regular where the unique atoms tie. */
export interface Contrast {
  readonly modalities: readonly [string, string];
  readonly value: number;
  readonly standardError: number | null;
}

/** What is known beyond the atoms when there are three or more modalities; bits. */
export interface MultiDetails {
  /**
   * Unique to the modality even against all others combined: u1 of (Z_k, the rest). Never above the unique atom for a
   * scalar target; for a vector target it can be, slightly.
   */
  readonly uniqueStrict: ByModality | null;
  /** I(Y; all modalities but this one) */
  readonly leaveOneOut: ByModality | null;
  readonly pairs: readonly PairPid[] | null;
  /** Shapley split of the total information; sums to it. */
  readonly shapley: ByModality | null;
  /** O-information of the modalities alone: above 0 redundant, below 0 synergistic; null when infinite. */
  readonly oInformation: number | null;
  /** Its change when the target joins: (1 - M) I(Y; Z) + sum_k I(Y; Z_-k). */
  readonly oInformationGradient: number | null;
}

/** Ranks after dropping constant and dependent columns. */
export interface PidRank {
  readonly target: number;
  readonly byModality: ByModality;
  readonly total: number;
}

/**
 * Two modalities: the atoms that the other definition of unique information (`PidMeasure`) makes of the same
 * information; the total and what each modality knows alone do not depend on it.
 */
export interface SecondReading {
  readonly measure: PidMeasure;
  readonly atoms: PidAtoms;
  readonly union: number;
  /** Of the same rows; null where the errors of the first reading are null too. */
  readonly standardErrors: Pick<PidValues, "atoms" | "union"> | null;
}

/** Few rows that an estimate rests on. */
export interface InfluentialRows<N extends Amount = number> {
  /** Positions of the rows from 0; where rows have numbers or ids of their own, these. */
  readonly rows: readonly (number | string)[];
  /** Modality whose information they carry most of; null: the total. */
  readonly of: string | null;
  /** Share of its variance that each carries, 0.1 to 1. */
  readonly share: number;
  /** Information of all other rows. */
  readonly without: { readonly information: PidInformation<N>; readonly standardErrors: PidInformation<N> | null };
}

/** Interval ends, same shape as the values. */
export interface PidIntervals<N extends Amount = number> {
  /** Coverage aimed at, for example 0.95. */
  readonly level: number;
  readonly method: string;
  readonly lower: PidValues<N>;
  readonly upper: PidValues<N>;
}

/** A partial information decomposition with its evidence. */
export interface PidResult extends PidValues {
  readonly unit: "bits";
  readonly measure: PidMeasure;
  readonly modalities: readonly string[];
  readonly standardErrors: PidValues | null;
  readonly intervals: PidIntervals | null;
  readonly contrasts: readonly Contrast[] | null;
  /** Rows behind the estimate; null for a covariance of unknown origin. */
  readonly n: number | null;
  readonly rank: PidRank;
  /** First-order bound on the effect of rounding in the covariance, bits; above 1e-10 the covariance is the limit. */
  readonly condBits: number;
  /** Disagreement of the two ways to compute redundancy (two modalities) or duality gap (more), bits. */
  readonly residual: number;
  readonly flags: readonly PidFlag[];
  /**
   * H(Y) of a target with ties, as its values stand, and how many it takes (several targets jointly): nothing here is more.
   * Left out where the target has no ties, or its values are not known.
   */
  readonly targetEntropy?: { readonly bits: number; readonly values: number };
  /** Held-out residuals at a tie (`boundary`) or near one: the 95 % intervals that hold whichever modality knows more. */
  readonly anyOrder?: Pick<PidIntervals, "lower" | "upper">;
  readonly directions?: readonly PidDirection[];
  /** Two modalities only; left out where a method does not give it. */
  readonly secondReading?: SecondReading;
  /** Rows of which each carries more than a tenth of the variance; null where none does, left out where not looked for. */
  readonly influentialRows?: InfluentialRows | null;
  readonly multi?: MultiDetails;
}

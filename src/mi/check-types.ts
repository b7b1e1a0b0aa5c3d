import type { Estimate } from "./estimate.js";

/** A mean with its standard error, bits. */
export interface Gap {
  readonly bits: number;
  readonly standardError: number;
}

/** What some modalities tell about the target, by several readings of the same rows; bits. */
export interface CheckedReading {
  readonly modalities: readonly string[];
  /** Linear Gaussian reading: the closed form of all rows, bias-corrected (null where rows are too few), and held out. */
  readonly gaussian: { readonly closedForm: number | null; readonly heldOut: Estimate };
  /** Conditional density, held out. */
  readonly density: Estimate;
  /** What the density tells beyond the linear Gaussian reading, from below; several targets: the difference, no bound. */
  readonly gap: Gap;
  /**
   * How far the Gaussian log densities of held-out rows fall short of the fitted ones, from below: of the targets given the
   * columns, or of several targets by themselves where that is more. With one target it is the gap.
   */
  readonly misfit: Gap;
  /** misfit > max(2 standard errors, 0.05): the Gaussian reading does not hold. */
  readonly beyond: boolean;
  /** Nearest neighbours, where columns and target are at most 4 and hardly any value repeats. */
  readonly ksg: Estimate | null;
}

/** Ends between which an atom lies, bits. */
export interface AtomRange {
  readonly least: number;
  readonly most: number;
}

/**
 * What informations alone say about atoms: every decomposition with atoms that are not negative lies within. For three or more
 * modalities redundancy is what every one knows by itself.
 */
export interface AtomRanges {
  readonly unique: Readonly<Record<string, AtomRange>>;
  readonly redundancy: AtomRange;
  readonly synergy: AtomRange;
}

/** Whether the Gaussian reading is enough. */
export interface GaussianCheck {
  readonly unit: "bits";
  /** Rows, folds, seed. */
  readonly n: number;
  readonly folds: number;
  readonly seed: number;
  /** Whether the informations are lower bounds: one target. */
  readonly bound: boolean;
  /** Each modality, pairs of three, all together. */
  readonly readings: readonly CheckedReading[];
  /** Whether the density found something beyond the Gaussian reading in any of them. */
  readonly nonGaussian: boolean;
  /** Whether any reading, of any of them, can be told from 0. */
  readonly informationFound: boolean;
  /** From the informations of the densities. */
  readonly ranges: AtomRanges;
  /**
   * Three and more modalities: change of their O-information when the target joins, from the densities (`oInformationChange`);
   * left out where all but one of them were not read.
   */
  readonly oInformationChange?: Gap | undefined;
  readonly warnings: readonly string[];
}

import type { AtomRow } from "../atom-rows.js";
import type { MeasuredPart } from "../information-found.js";

/** What the modalities of a run tell about its targets. */
export interface AtomFacts {
  readonly modalities: readonly string[];
  readonly targets: readonly string[];
  /** The rows that the atoms are made of, and the test rows where they were measured too. */
  readonly own: MeasuredPart;
  readonly test: MeasuredPart | undefined;
  /** Of the Gaussian reading of the latents; undefined where none was made. */
  readonly check: AtomCheck | undefined;
  /** Whether the atoms are a Gaussian reading that no check found to be enough: what it does not see is then not ruled out. */
  readonly ofGaussian: boolean;
  /** H(Y) of a target of classes on the rows, bits; left out for numbers. */
  readonly entropy?: number | undefined;
  readonly total: AtomRow;
  readonly atoms: readonly AtomRow[];
  /** What each modality tells on its own. */
  readonly alone: readonly AtomRow[];
  /** Pairs of which these rows cannot tell which alone tells more; empty unless modalities tie. */
  readonly ties: readonly Tie[];
  /** Ties that are not among them, of modalities that know less. */
  readonly moreTies: number;
  /** Whether stage 1 made fusion weights, and whether all are the same. */
  readonly weights: { readonly equal: boolean } | undefined;
}

/** What a check says beside the atoms. */
export interface AtomCheck {
  /** Whether more was found than the Gaussian reading sees. */
  readonly nonGaussian: boolean;
  /** Whether either reading found information. */
  readonly informationFound: boolean;
  /** What is said of it, each a sentence. */
  readonly words: readonly string[];
}

/** Two modalities that alone tell about equally much. */
export interface Tie {
  readonly modalities: readonly [string, string];
  /** Bits that the first tells more. */
  readonly value: number;
  readonly standardError: number;
  /** Whether one of them tells most of all alone. */
  readonly best: boolean;
}

import type { Html } from "./html.js";

/** A figure in two sizes: the page shows the one that fits, so that its letters stay readable on a telephone. */
export interface Figure {
  /** Name of its file under figures/, without the ending. */
  readonly id: string;
  /** What it shows and says, for readers who cannot see it. */
  readonly description: string;
  readonly wide: string;
  readonly narrow: string;
}

/** One part of the report: what was found in a sentence or two, then its figures and tables. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** The finding in plain words, with its uncertainty. */
  readonly reading: readonly Html[];
  readonly figures: readonly Figure[];
  /** How the figures are read. */
  readonly legend?: Html;
  readonly body?: Html;
  /** Whether the body stands beside the figures where there is room. */
  readonly beside?: boolean;
}

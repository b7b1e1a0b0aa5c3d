/** A page with its figures, as it was written. */
export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  /** Figures as SVG files of their own. */
  readonly figures: readonly string[];
}

/** The report of a run, as it was written. */
export interface RunReport extends WrittenReport {
  /** Sentences for the user about the run. */
  readonly messages: readonly string[];
}

/** A model card, as it was written. */
export interface ModelCard {
  readonly file: string;
  readonly bytes: number;
  /** Sentences for the user about the run. */
  readonly messages: readonly string[];
}

/** What a page holds of a run beside its program: the models, and nothing of the rows that trained them. */
export interface PageContents {
  readonly format: "pidreg-page-3";
  /**
   * model.json of the model, or of the members of an ensemble, of those that follow the keys alone that differ from the first, without
   * their long lists of numbers: JSON, packed (deflate, RFC 1951), as text.
   */
  readonly documents: string;
  /** The lists, packed. */
  readonly lists: string;
  /** weights.safetensors of each model in planes of bytes, packed. */
  readonly weights: readonly string[];
  /** Of an ensemble, the keys of its calibration; null for a single model. */
  readonly calibration: unknown;
}

/** Where a page holds its contents, as JSON. */
export const contentsPlace = "pidreg-contents";
/** Where a page holds its program, packed. */
export const programPlace = "pidreg-program";

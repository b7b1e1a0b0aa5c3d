/** What a page holds of a run beside its program: the models, and nothing of the rows that trained them. */
export interface PageContents {
  readonly format: "pidreg-page-2";
  /** The model, or the members of an ensemble: model.json and weights.safetensors, packed (deflate, RFC 1951), in base64. */
  readonly models: readonly { readonly document: string; readonly weights: string }[];
  /** Of an ensemble, the keys of its calibration; null for a single model. */
  readonly calibration: unknown;
}

/** What a page holds of a run beside its program: the models, and nothing of the rows that trained them. */
export interface PageContents {
  readonly format: "pidreg-page-1";
  /** The model, or the members of an ensemble: model.json as text, and weights.safetensors in base64. */
  readonly models: readonly { readonly document: string; readonly weights: string }[];
  /** Of an ensemble, the keys of its calibration; null for a single model. */
  readonly calibration: unknown;
}

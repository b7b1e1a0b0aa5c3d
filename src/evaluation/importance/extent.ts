/** How closely a modality is looked at: every column, only what several columns make up, or the whole alone. */
export type Extent = "columns" | "groups" | "whole";

/** What measuring costs. */
export interface ImportanceWork {
  /** Different sets of inputs, over all modalities, at each extent. */
  readonly sets: Readonly<Record<Extent, number>>;
  readonly rows: number;
  readonly repeats: number;
  /** Multiplications of one prediction: about the parameters of the model. */
  readonly perRow: number;
}

/** Multiplications that `auto` spends at most: a few seconds on one core. */
export const mostWork = 4e10;
/** Fewer rows say little: rather columns are not looked at one by one. */
export const fewestRows = 300;

/** Rows and extent at which the work stays within the bound; the whole of each modality is always measured. */
export function affordable(
  { sets, rows, repeats, perRow }: ImportanceWork,
  most = mostWork,
): { readonly rows: number; readonly extent: Extent } {
  const least = Math.min(rows, fewestRows);
  const carried = (extent: Extent) => Math.floor(most / (sets[extent] * repeats * perRow));
  const extent = (["columns", "groups"] as const).find((each) => carried(each) >= least) ?? "whole";
  return { rows: Math.max(least, Math.min(rows, carried(extent))), extent };
}

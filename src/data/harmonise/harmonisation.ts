import type { CategoryCoding } from "../categories/coding.js";

/** One column as it is mapped; numbers in units of the column. */
export interface HarmonisedColumn {
  readonly name: string;
  readonly grandMean: number;
  /** Effect of each covariate, in the order of `Harmonisation.covariates`. */
  readonly slopes: readonly number[];
  /** Location of each estimated site less grand mean and covariates. */
  readonly shift: readonly number[];
  /** Standard deviation of each estimated site over that within all sites. */
  readonly spread: readonly number[];
}

/** A site of the training part. */
export interface HarmonisedSite {
  readonly name: string;
  /** Training rows. */
  readonly rows: number;
  /** Which of the columns' `shift` and `spread` hold for it; null: it had too few rows and is left as it is. */
  readonly estimate: number | null;
}

/** Everything fitted on the training part that takes site differences out of features; plain JSON, stored with a model. */
export interface Harmonisation {
  /** Column that names the site. */
  readonly site: string;
  readonly sites: readonly HarmonisedSite[];
  /** Estimates per column: one per site with enough rows, and one for the pooled small sites if there are such. */
  readonly estimates: number;
  /** Preserved columns that every table holds, and confounds that are taken out afterwards, with their training means. */
  readonly covariates: readonly { readonly name: string; readonly mean: number }[];
  /** Codings of the categories whose columns are among the covariates; left out where there are none. */
  readonly categories?: readonly CategoryCoding[];
  /** Confounds that cannot be told from the sites, whose effects go with theirs; left out where there are none. */
  readonly withSites?: readonly string[];
  /** Preserved targets: they entered the fit and nothing else. */
  readonly fitOnly: readonly string[];
  readonly modalities: readonly { readonly name: string; readonly columns: readonly HarmonisedColumn[] }[];
  /** Columns that stay as they are because they have too few values to tell sites apart, as `modality: column`. */
  readonly unadjusted: readonly string[];
}

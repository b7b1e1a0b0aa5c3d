/**
 * The one error by which models are compared, 0 at best: a function of the mean over rows of what each row costs. Rows can
 * then be drawn again and again without predicting them anew.
 */
export interface HeadlineError {
  /** Its key among the metrics. */
  readonly key: string;
  /** As a reader knows it: "RMSE". */
  readonly name: string;
  /** The same with its article: "an RMSE". */
  readonly oneOf: string;
  /** What each row of one target costs, [rows]. */
  readonly rowCosts: (truth: ArrayLike<number>, prediction: ArrayLike<number>) => Float64Array;
  /** The error from the mean cost of rows. */
  readonly ofMeanCost: (cost: number) => number;
  /** What errors of several targets are divided by before their mean is taken; null where they are on one scale. */
  readonly scale: ErrorScale | null;
}

/** A measure of how much a target varies. */
export interface ErrorScale {
  /** "sd", in the head of a column. */
  readonly name: string;
  /** "standard deviation", in a sentence. */
  readonly called: string;
  /** @param truth true values of one target, [rows] */
  readonly of: (truth: ArrayLike<number>) => number;
}

/** That error among the metrics of one target. @throws RangeError when it is not there, or does not exist */
export function headlineOf(metrics: Readonly<Record<string, number | null>>, { key, name }: HeadlineError): number {
  const value = metrics[key];
  if (value === undefined || value === null) throw new RangeError(`the metrics of a target hold no ${name} ("${key}")`);
  return value;
}

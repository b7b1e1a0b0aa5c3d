import type { ConfoundConfig } from "../../config/confounds.js";
import type { DataConfig } from "../../config/data.js";
import { InputError } from "../../errors.js";
import { mean } from "../../math/descriptive.js";
import { LeastSquares } from "../../math/least-squares.js";
import type { Dataset, Modality } from "../dataset.js";
import type { ConfoundRemoval, ConfoundTerm, FreedColumn } from "./confounds.js";
import { centredTerms, confoundTerms, fitConfoundCodings } from "./terms.js";

/** What is left of a column's spread below this share of it is rounding. */
const rounding = 1e-7;

type Confounded = Pick<Dataset, "modalities" | "confounds" | "rowIds" | "rows">;

/**
 * Fits, on the training rows alone, the straight line that confounds tell of every feature column:
 *   y = a + sum_k slope_k (c_k - mean_k) + rest,   by ordinary least squares over the rows that have y.
 * Categories enter as 0 and 1 for each of their values but the first. A confound that follows from others changes nothing.
 * Source: Friston et al. 1994, doi:10.1002/hbm.460020402 (confounds in a general linear model); fitted inside of the folds as in
 * Snoek, Miletic & Scholte 2019, doi:10.1016/j.neuroimage.2018.09.074.
 * @param missing what is done about missing values: with `mean`, a missing confound reads as the mean of the training rows
 * @throws InputError for a confound that does not vary, a row without one, and a column of too few values
 */
export function fitConfounds(
  dataset: Confounded,
  trainRows: ArrayLike<number>,
  { modalities: chosen }: Pick<ConfoundConfig, "modalities">,
  missing: DataConfig["missing"],
): ConfoundRemoval {
  const train = Int32Array.from(trainRows);
  const fitted = fitTerms(dataset, train);
  const all = valuesOfTerms(fitted, dataset, missing);
  const inputs = [...all.values()].map((column) => Float64Array.from(train, (row) => column[row]));
  const modalities = dataset.modalities.filter(({ name }) => chosen?.includes(name) ?? true);
  const complete = inputs.map(centred);
  const design = { inputs, complete, whole: new LeastSquares(complete) };
  return {
    ...fitted,
    modalities: modalities.map((modality) => ({
      name: modality.name,
      columns: modality.columns.map((name, j) => {
        const width = modality.columns.length;
        const raw = Float64Array.from(train, (row) => modality.values[row * width + j]);
        return fitColumn(`data.confounds: modality "${modality.name}", column "${name}"`, name, raw, design);
      }),
    })),
  };
}

type Terms = Omit<ConfoundRemoval, "modalities">;

/**
 * The terms of the regressions, which no feature has a part in.
 * @throws InputError for a confound that does not vary over the training rows or has too many values
 */
export function fitTerms(dataset: Pick<Dataset, "confounds">, trainRows: ArrayLike<number>): Terms {
  const { confounds = [] } = dataset;
  const train = Int32Array.from(trainRows);
  const codings = fitConfoundCodings(confounds, train);
  const { terms: values } = confoundTerms(dataset, codings);
  const terms = [...values].map(([name, column]) =>
    termOf(
      name,
      Float64Array.from(train, (row) => column[row]),
    ),
  );
  refuseConstant(confounds, terms);
  return { terms, ...codings };
}

/**
 * [rows] of each term by name, less its mean over the training rows; 0 where it is missing.
 * @throws InputError for a row without a confound, unless it is to be read as the mean
 */
export function valuesOfTerms(
  fitted: Terms,
  dataset: Pick<Dataset, "confounds" | "rowIds">,
  missing: DataConfig["missing"],
): ReadonlyMap<string, Float64Array> {
  const { terms: values } = confoundTerms(dataset, fitted);
  const centredValues = centredTerms(fitted.terms, values, { fill: missing === "mean", rowIds: dataset.rowIds });
  return new Map(fitted.terms.map(({ name }, k) => [name, centredValues[k]]));
}

function termOf(name: string, values: Float64Array): ConfoundTerm {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) throw new InputError(`data.confounds: "${name}" has no value in the training part.`);
  const least = known.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const largest = known.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  return { name, mean: mean(known), low: least, high: largest };
}

/** A confound that is the same in all rows tells nothing, and says that the config means another column. */
function refuseConstant(confounds: NonNullable<Dataset["confounds"]>, terms: readonly ConfoundTerm[]): void {
  for (const { column, levels } of confounds) {
    const own = terms.filter(({ name }) => (levels === undefined ? name === column : name.startsWith(`${column}=`)));
    if (own.some(({ low, high }) => low < high)) continue;
    throw new InputError(
      `data.confounds: column "${column}" has one value in all rows of the training part; there is nothing to take out, leave it out.`,
    );
  }
}

interface Design {
  /** Terms of the training rows, less their means. */
  readonly inputs: readonly Float64Array[];
  /** The same with mean 0, and the fit of columns that have a value in every row. */
  readonly complete: readonly Float64Array[];
  readonly whole: LeastSquares;
}

function fitColumn(where: string, name: string, raw: Float64Array, design: Design): FreedColumn {
  const rows = Array.from(raw.keys()).filter((row) => !Number.isNaN(raw[row]));
  const known = Float64Array.from(rows, (row) => raw[row]);
  const { inputs } = design;
  if (rows.length === 0) return { name, mean: 0, slopes: inputs.map(() => 0), share: 0 };
  const own = mean(known);
  const y = known.map((value) => value - own);
  const sum = squares(y);
  if (sum === 0) return { name, mean: own, slopes: inputs.map(() => 0), share: 0 };
  if (rows.length < inputs.length + 2) {
    throw new InputError(
      `${where}: has ${rows.length} values in the training part, too few to take ${inputs.length} confounds out; leave the column ` +
        "out, or name fewer confounds.",
    );
  }
  const whole = rows.length === raw.length;
  const terms = whole ? design.complete : inputs.map((input) => centred(Float64Array.from(rows, (row) => input[row])));
  const slopes = (whole ? design.whole : new LeastSquares(terms)).slopes(y);
  const left = y.map((value, i) => slopes.reduce((rest, slope, k) => rest - slope * terms[k][i], value));
  const share = 1 - squares(left) / sum;
  if (!Number.isFinite(share) || !Number.isFinite(sum))
    throw new InputError(`${where}: its values are too large to take confounds out; write it in another unit.`);
  const wholly = Math.sqrt(squares(left)) <= rounding * Math.sqrt(sum);
  return { name, mean: own, slopes, share: wholly ? 1 : Math.max(0, Math.min(share, 1 - Number.EPSILON)) };
}

/**
 * Takes the confounds out of every row:  y' = y - sum_k slope_k (c_k - mean_k);  a column that they explain wholly becomes its
 * mean. Gaps stay gaps; targets are not touched.
 * @throws InputError for a row without a confound, unless it is to be read as the mean
 */
export function removeConfounds(removal: ConfoundRemoval, dataset: Dataset, missing: DataConfig["missing"]): Dataset {
  const terms = [...valuesOfTerms(removal, dataset, missing).values()];
  const modalities = dataset.modalities.map((modality) => {
    const fitted = removal.modalities.find(({ name }) => name === modality.name);
    return fitted === undefined ? modality : freed(modality, fitted.columns, terms);
  });
  return { ...dataset, modalities };
}

function freed(modality: Modality, fitted: readonly FreedColumn[], terms: readonly Float64Array[]): Modality {
  const values = Float64Array.from(modality.values);
  const width = modality.columns.length;
  for (const { name, mean: centre, slopes, share } of fitted) {
    const j = modality.columns.indexOf(name);
    if (j < 0) continue; // a column that the model does not use need not be in a table to predict
    for (let at = j, row = 0; at < values.length; at += width, row++) {
      if (Number.isNaN(values[at])) continue;
      values[at] =
        share === 1 ? centre : finite(slopes.reduce((rest, slope, k) => rest - slope * terms[k][row], values[at]));
    }
  }
  return { ...modality, values };
}

/** Sums of numbers near the limits may overflow. */
function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

function centred(values: Float64Array): Float64Array {
  const own = mean(values);
  return values.map((value) => value - own);
}

function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

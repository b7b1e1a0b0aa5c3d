import { mean, standardDeviation } from "../../math/descriptive.js";
import { logisticLogits, logisticPath } from "../../math/multinomial-logistic.js";
import { softmaxOf } from "../../math/softmax.js";
import type { LinearMap } from "./linear-map.js";

/** Rows of a logistic regression; values are one-hot, row-major. */
export interface LogisticRows {
  readonly features: Float64Array;
  readonly values: Float64Array;
  readonly rows: number;
}

/** Penalties on slopes of standardised columns, over the rows, from the strongest on. */
const penalties = Array.from({ length: 13 }, (_, k) => 10 ** (0.5 - k / 2));
/** Most steps per penalty; each begins where the one before ended. */
const mostSteps = 60;
/** Fewest steps per penalty, however much work they are. */
const fewestSteps = 10;
/** Most multiplications of a path, about ten seconds: means over blocks of pictures and a dozen of classes would take minutes. */
const mostWork = 1e10;
/** Penalties in a row that are worse on the validation rows than the best one, after which weaker ones are not tried. */
const worseInARow = 3;
/** Standardised values beyond this are taken for it: a column may have values that no training row comes near. */
const farthest = 10;

/**
 * Multinomial logistic regression on standardised columns, its ridge penalty the one of thirteen that is best on the validation
 * rows.
 * @param train      rows that it is fitted on, [rows, width] and [rows, classes]
 * @param validation rows that choose the penalty
 * @returns probabilities [rows, classes] from features of further rows
 */
export function fitLogistic(train: LogisticRows, validation: LogisticRows): (features: Float64Array) => Float64Array {
  const { fit, standard, width, classes } = chosenFit(train, validation);
  return (features) => softmaxOf(logisticLogits(fit, standard(features), features.length / width), classes);
}

/** The same regression as a map from raw features to logits, [width, classes]; values far from all others are not limited. */
export function fitLogisticMap(train: LogisticRows, validation: LogisticRows): LinearMap {
  const { fit, kept, width, classes } = chosenFit(train, validation);
  const weights = new Float64Array(width * classes);
  const intercept = fit.intercepts.slice();
  kept.forEach(({ j, centre, scale }, k) => {
    for (let y = 0; y < classes; y++) {
      weights[j * classes + y] = fit.slopes[y][k] / scale;
      intercept[y] -= (fit.slopes[y][k] * centre) / scale;
    }
  });
  return { weights, intercept };
}

/** The regression that the validation rows choose, on the columns that vary. */
function chosenFit(train: LogisticRows, validation: LogisticRows) {
  const classes = train.values.length / train.rows;
  const width = train.features.length / train.rows;
  const columnsOf = (features: Float64Array) => {
    const rows = features.length / width;
    return Array.from({ length: width }, (_, j) =>
      Float64Array.from({ length: rows }, (_r, i) => features[i * width + j]),
    );
  };
  const kept = columnsOf(train.features).flatMap((column, j) => {
    const scale = standardDeviation(column, 0);
    return scale > 0 && Number.isFinite(scale) ? [{ j, centre: mean(column), scale }] : [];
  });
  const standard = (features: Float64Array) => {
    const all = columnsOf(features);
    return kept.map(({ j, centre, scale }) =>
      all[j].map((value) => Math.max(-farthest, Math.min(farthest, (value - centre) / scale))),
    );
  };
  const labels = labelsOf(train.values, classes);
  const held = { columns: standard(validation.features), labels: labelsOf(validation.values, classes) };
  const losses: number[] = [];
  const path = logisticPath(
    { columns: standard(train.features), labels, classes },
    penalties,
    stepsFor(train.rows * (kept.length + 1) * classes),
    (fit) => {
      losses.push(lossOf(softmaxOf(logisticLogits(fit, held.columns, validation.rows), classes), held.labels));
      return losses.length - 1 - losses.indexOf(Math.min(...losses)) >= worseInARow;
    },
  );
  return { fit: path[losses.indexOf(Math.min(...losses))], kept, standard, width, classes };
}

/** Steps per penalty. @param products multiplications of all rows with all columns, for every class */
export function stepsFor(products: number): number {
  // a step predicts, and takes the gradient
  const affordable = Math.floor(mostWork / (2 * products * penalties.length));
  return Math.max(fewestSteps, Math.min(mostSteps, affordable));
}

function labelsOf(values: Float64Array, classes: number): Int32Array {
  return Int32Array.from({ length: values.length / classes }, (_, i) =>
    values.subarray(i * classes, (i + 1) * classes).indexOf(1),
  );
}

/** Mean of -ln p of each row's own class. */
function lossOf(probabilities: Float64Array, labels: Int32Array): number {
  const classes = probabilities.length / labels.length;
  return mean(
    labels.length === 0
      ? [0]
      : Array.from(labels, (y, i) => -Math.log(Math.max(1e-300, probabilities[i * classes + y]))),
  );
}

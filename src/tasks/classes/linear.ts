import type { LinearMap } from "../../models/baselines/linear-map.js";
import { fitLogisticMap } from "../../models/baselines/logistic.js";
import type { LinearRows } from "../task.js";
import { oneHot } from "./coding.js";
import { contrasts, rowsTimes, transposed } from "./simplex.js";

/**
 * Multinomial logistic regression as a map to the outputs of the network: the K - 1 contrasts of its K logits, which say all that
 * the logits do.
 */
export function logisticContrasts(train: LinearRows, held: LinearRows): LinearMap {
  const classes = train.encoded.length / train.rows + 1;
  const rowsOf = ({ rows, features, truth }: LinearRows) => ({
    rows,
    features: Float64Array.from(features),
    values: oneHot(truth, classes),
  });
  const { weights, intercept } = fitLogisticMap(rowsOf(train), rowsOf(held));
  const basis = transposed(contrasts(classes), classes);
  return { weights: rowsTimes(weights, basis, classes), intercept: rowsTimes(intercept, basis, classes) };
}

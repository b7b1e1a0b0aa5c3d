import { z } from "zod";
import { targetTransformFromJSON } from "../../data/target/stored.js";
import { fitTargetTransform, type TargetTransform } from "../../data/target/target-transform.js";
import { InputError } from "../../errors.js";
import type { TargetCoding, TargetEncoding } from "../task.js";
import { targetsInUserUnits } from "./to-graph.js";

/**
 * Two scales per target: that of the prediction loss (`data.targetTransform`), and the inverse normal transform, on which
 * atoms are computed. Predictions are clipped to the training range: a network extrapolates without bound.
 */
export const regressionEncoding: TargetEncoding = {
  fit: (targets, data) =>
    codingOf(fitTargetTransform(targets, data.targetTransform), fitTargetTransform(targets, "inverse-normal")),
  keys: { targetTransform: z.unknown(), gaussianTransform: z.unknown() },
  read: (stored, targets, file) => {
    const read = (key: string) => targetTransformFromJSON(stored[key], `${file}: ${key}`);
    const [scale, gaussian] = [read("targetTransform"), read("gaussianTransform")];
    const expect = (key: string, wanted: string, found: string) => {
      if (wanted !== found) throw new InputError(`${file}: ${key}: expected ${wanted}, found ${found}`);
    };
    expect("targetTransform", `${targets} targets`, `${scale.names.length} targets`);
    expect("gaussianTransform", scale.names.join(", "), gaussian.names.join(", "));
    return codingOf(scale, gaussian);
  },
};

/**
 * The coding of those transforms.
 * @param scale    of the prediction loss
 * @param gaussian of the Gaussian view
 */
export function codingOf(scale: TargetTransform, gaussian: TargetTransform): TargetCoding {
  const decode = (outputs: Float32Array) => scale.toRaw(outputs);
  return {
    names: scale.names,
    encode: (values) => scale.toModel(values),
    decode,
    asPredictions: (values) => values,
    gaussianView: {
      ofValues: (values) => gaussian.onScale(values),
      ofOutputs: (outputs) => gaussian.rowsToModel(decode(outputs)),
    },
    limit: (prediction) =>
      prediction.map((value, i) => {
        const { min, max } = scale.columns[i % scale.columns.length];
        return Math.min(max, Math.max(min, value));
      }),
    ranges: scale.columns.map(({ state }) => state),
    toGraph: (graph, outputs) => targetsInUserUnits(graph, outputs, scale),
    toJSON: () => ({ targetTransform: scale, gaussianTransform: gaussian }),
  };
}

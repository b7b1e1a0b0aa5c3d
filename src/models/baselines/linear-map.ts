import { fitRidge } from "./ridge.js";

/** y = x W + b for rows x. */
export interface LinearMap {
  /** Row-major [inputs, outputs]. */
  readonly weights: Float64Array;
  /** [outputs] */
  readonly intercept: Float64Array;
}

/** Ridge regression as a plain linear map; penalty per target by generalised cross-validation. */
export function fitLinearMap(features: Float32Array, target: Float32Array, rows: number): LinearMap {
  const width = features.length / rows;
  const outputs = target.length / rows;
  const model = fitRidge(features, target, { rows });
  const intercept = model.predict(new Float64Array(width));
  const weights = new Float64Array(width * outputs);
  // One unit vector at a time: all together would take width^2 numbers.
  const unit = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    unit[j] = 1;
    weights.set(model.predict(unit), j * outputs);
    unit[j] = 0;
  }
  return { weights: weights.map((value, i) => value - intercept[i % outputs]), intercept };
}

/** Row-major [rows, outputs] of row-major features [rows, inputs]. */
export function applyLinearMap(map: LinearMap, features: Float32Array | Float64Array, rows: number): Float64Array {
  const outputs = map.intercept.length;
  const inputs = map.weights.length / outputs;
  const out = new Float64Array(rows * outputs);
  for (let i = 0; i < rows; i++) {
    for (let t = 0; t < outputs; t++) {
      let sum = map.intercept[t];
      for (let j = 0; j < inputs; j++) sum += features[i * inputs + j] * map.weights[j * outputs + t];
      out[i * outputs + t] = sum;
    }
  }
  return out;
}

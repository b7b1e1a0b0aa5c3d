import type { PredictRows } from "../../evaluation/importance/measure.js";
import { throwIfInterrupted } from "../../fit/interrupt.js";
import type { TargetCoding } from "../../tasks/task.js";
import type { Inference } from "../../training/step/inference.js";
import { averageColumns } from "../ensemble/average.js";

/** What of a trained network predicts. */
export interface Network {
  readonly inference: Inference;
  readonly weights: readonly number[];
  readonly decode: TargetCoding["decode"];
}

/** A prediction of changed rows that is no number: what is measured with them is then left out. */
export class NotFinite extends Error {}

/**
 * Predicts changed rows by one network, or by the mean of several.
 * @throws NotFinite, Interrupted when the signal fires
 */
export function predictorOf(networks: readonly Network[], signal?: AbortSignal): PredictRows {
  return async (inputs, rows) => {
    const numbers = Int32Array.from({ length: rows }, (_, i) => i);
    const predictions: Float64Array[] = [];
    for (const { inference, weights, decode } of networks) {
      throwIfInterrupted(signal);
      const { prediction } = await inference.run({ inputs, rows: numbers, weights, neighbours: false });
      if (!prediction.every(Number.isFinite)) throw new NotFinite("a prediction of permuted columns is no number");
      predictions.push(decode(prediction));
    }
    return predictions.length === 1 ? predictions[0] : averageColumns(predictions);
  };
}

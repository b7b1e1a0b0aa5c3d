import { logLosses } from "../../evaluation/class-metrics.js";
import { mean } from "../../math/descriptive.js";
import { softmaxOf } from "../../math/softmax.js";

/** Logarithms of temperatures that are looked at. */
const [coldest, hottest] = [Math.log(0.05), Math.log(20)];
const steps = 60;

/**
 * The temperature T under which held-out rows are most likely: softmax(logits / T) (Guo et al. 2017). The loss is convex in
 * 1 / T, so that it has one minimum: golden section.
 * @param logits [rows, classes]
 * @param truth  [rows] class numbers
 */
export function fitTemperature(logits: Float64Array, truth: ArrayLike<number>, classes: number): number {
  const loss = (log: number) => {
    const temperature = Math.exp(log);
    return mean(
      logLosses(
        truth,
        softmaxOf(
          logits.map((logit) => logit / temperature),
          classes,
        ),
      ),
    );
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [coldest, hottest];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [ofLeft, ofRight] = [loss(left), loss(right)];
  for (let i = 0; i < steps; i++) {
    if (ofLeft <= ofRight) {
      [high, right, ofRight] = [right, left, ofLeft];
      left = high - ratio * (high - low);
      ofLeft = loss(left);
    } else {
      [low, left, ofLeft] = [left, right, ofRight];
      right = low + ratio * (high - low);
      ofRight = loss(right);
    }
  }
  return Math.exp((low + high) / 2);
}

import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import type { LossesConfig } from "../../config/losses.js";
import { squaredDistances } from "../../losses/balance.js";
import { csPrediction, huber, lossOfRows, mse } from "../../losses/prediction.js";
import type { TaskLoss } from "../task.js";

/** Squared error, Huber loss or the Cauchy-Schwarz divergence, as `losses.prediction` says. */
export function regressionLoss({ prediction: kind, huberDelta }: LossesConfig): TaskLoss {
  const byEntry = (predicted: Tensor2D, target: Tensor2D) =>
    kind === "huber" ? huber(predicted, target, huberDelta) : mse(predicted, target);
  return {
    kernels: kind === "cs",
    gaussianTarget: true,
    prediction: ({ prediction, target, condition, bandwidth }) => {
      if (kind !== "cs") return byEntry(prediction, target);
      return csPrediction({ condition: condition(), prediction, target, bandwidth: bandwidth() as Scalar });
    },
    auxiliary: ({ prediction, gaussian, rows }) => lossOfRows(byEntry, prediction, gaussian, rows),
    distances: squaredDistances,
  };
}

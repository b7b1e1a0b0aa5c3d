import type { Tensor } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { z } from "zod";
import { InputError } from "../../src/errors.js";
import type { EvaluatePart } from "../../src/evaluation/metrics.js";
import { squaredDistances } from "../../src/losses/balance.js";
import { lossOfRows, mse } from "../../src/losses/prediction.js";
import { fitLinearMap } from "../../src/models/baselines/linear-map.js";
import type { BaselineRows } from "../../src/tasks/measured-task.js";
import type { TargetCoding, Task } from "../../src/tasks/task.js";

const names = (name: string) => ({ name, title: name, called: name });
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const inside = (p: number) => Math.min(1 - 1e-6, Math.max(1e-6, p));
const meanOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
/** -log p of the class that is true, nats. */
const logLosses = (truth: ArrayLike<number>, prediction: ArrayLike<number>) =>
  Float64Array.from(truth, (y, i) => -Math.log(inside(y === 1 ? prediction[i] : 1 - prediction[i])));

/** A target that is 0 or 1; outputs are log odds, predictions probabilities of 1. */
export const twoClasses: Task = {
  name: "two-classes",
  encode: {
    fit: (targets) => {
      const shares = targets.map(({ name, values }) => {
        const other = values.find((value) => value !== 0 && value !== 1);
        if (other !== undefined) throw new InputError(`target "${name}": expected 0 or 1, got ${other}`);
        return meanOf(values);
      });
      return codingOf(
        targets.map(({ name }) => name),
        shares,
      );
    },
    keys: { shares: z.array(z.number()), names: z.array(z.string()) },
    read: ({ names, shares }) => codingOf(names as string[], shares as number[]),
  },
  loss: () => ({
    kernels: false,
    gaussianTarget: true,
    prediction: ({ prediction, target }) =>
      tf.mean(tf.sub(tf.softplus(prediction), tf.mul(prediction, target))) as Tensor,
    auxiliary: ({ prediction, gaussian, rows }) => lossOfRows(mse, prediction, gaussian, rows),
    distances: squaredDistances,
  }),
  atoms: "gaussian",
  // log odds of a share p near a half: 4 (p - 1/2)
  linear: ({ features, encoded, rows }) =>
    fitLinearMap(
      features,
      encoded.map((one) => 4 * (one - 0.5)),
      rows,
    ),
  cost: ({ truth, prediction }) => {
    const loss = meanOf(logLosses(truth, prediction));
    return { loss, logLoss: loss };
  },
  metrics: {
    evaluate: evaluateClasses(),
    headline: {
      key: "logLoss",
      name: "log loss",
      oneOf: "a log loss",
      rowCosts: logLosses,
      ofMeanCost: (cost) => cost,
      scale: null,
    },
    shown: [
      { ...names("log loss"), key: "logLoss", inUnit: false, isError: true },
      { ...names("accuracy"), key: "accuracy", inUnit: false, isError: false },
    ],
    stored: z.object({ logLoss: z.number().min(0), accuracy: z.number().min(0).max(1) }),
    together: (truth, prediction) => ({ logLoss: meanOf(logLosses(truth, prediction)) }),
    calibration: {
      measure: (truth, prediction) => ({ excess: meanOf(prediction) - meanOf(truth) }),
      shown: [{ key: "excess", name: "excess", inUnit: false, ideal: 0 }],
      called: "mean probability less the share of ones",
    },
  },
  baselines: {
    constant: {
      name: "prior",
      called: "the share of ones in training",
      fit: (values) => {
        const share = meanOf(values);
        return (rows) => new Float64Array(rows).fill(share);
      },
    },
    linear: { name: "logistic", called: "logistic regression", fit: logistic },
  },
};

function codingOf(names: readonly string[], shares: readonly number[]): TargetCoding {
  const columns = names.length;
  const standard = (p: number, t: number) => (p - shares[t]) / Math.sqrt(shares[t] * (1 - shares[t]));
  const flat = (values: readonly ArrayLike<number>[]) =>
    Float64Array.from({ length: values[0].length * columns }, (_, i) => values[i % columns][Math.floor(i / columns)]);
  const decode = (outputs: Float32Array) => Float64Array.from(outputs, sigmoid);
  return {
    names,
    encode: (values) => Float32Array.from(flat(values)),
    decode,
    asPredictions: (values) => values,
    gaussianView: {
      ofValues: (values) => flat(values).map((y, i) => standard(y, i % columns)),
      ofOutputs: (outputs) => Float32Array.from(decode(outputs), (p, i) => standard(p, i % columns)),
    },
    limit: (prediction) => prediction.map(inside),
    ranges: names.map((name) => ({ name, min: 0, max: 1 })),
    toGraph: (graph, outputs) =>
      graph.emit(
        "Sigmoid",
        [graph.emit("Cast", [outputs], { to: 11 }, outputs.shape, "float64")],
        {},
        outputs.shape,
        "float64",
      ),
    toJSON: () => ({ names, shares }),
  };
}

function evaluateClasses(): EvaluatePart {
  return (targets, truth, prediction) => {
    const column = (values: ArrayLike<number>, t: number) =>
      Array.from(values).filter((_, i) => i % targets.length === t);
    const perTarget = targets.map((_, t) => {
      const [y, p] = [column(truth, t), column(prediction, t)];
      return {
        logLoss: meanOf(logLosses(y, p)),
        accuracy: meanOf(y.map((value, i) => Number(value === Number(p[i] > 0.5)))),
      };
    });
    const overall = {
      logLoss: meanOf(perTarget.map((m) => m.logLoss)),
      accuracy: meanOf(perTarget.map((m) => m.accuracy)),
    };
    return {
      n: truth.length / targets.length,
      overall,
      perTarget: Object.fromEntries(targets.map((t, i) => [t, perTarget[i]])),
    };
  };
}

/** Logistic regression of one target by gradient descent on standardised features, a light penalty on its coefficients. */
function logistic({ features, values, rows }: BaselineRows) {
  const width = features.length / rows;
  const column = (j: number) => Array.from({ length: rows }, (_, i) => features[i * width + j]);
  const centres = Array.from({ length: width }, (_, j) => meanOf(column(j)));
  const spreads = centres.map((centre, j) => Math.sqrt(meanOf(column(j).map((x) => (x - centre) ** 2))) || 1);
  const weights = new Float64Array(width + 1);
  const at = (given: Float64Array, i: number, j: number) => (given[i * width + j] - centres[j]) / spreads[j];
  const odds = (given: Float64Array, i: number) =>
    centres.reduce((sum, _, j) => sum + weights[j] * at(given, i, j), weights[width]);
  for (let step = 0; step < 200; step++) {
    const gradient = weights.map((weight, j) => (j === width ? 0 : 1e-3 * weight));
    for (let i = 0; i < rows; i++) {
      const error = (sigmoid(odds(features, i)) - values[i]) / rows;
      for (let j = 0; j < width; j++) gradient[j] += error * at(features, i, j);
      gradient[width] += error;
    }
    gradient.forEach((slope, j) => {
      weights[j] -= slope;
    });
  }
  return (given: Float64Array) =>
    Float64Array.from({ length: given.length / width }, (_, i) => sigmoid(odds(given, i)));
}

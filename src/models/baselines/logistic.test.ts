import { expect, it } from "vitest";
import { logisticPath } from "../../math/multinomial-logistic.js";
import { Rng } from "../../math/rng.js";
import { fitLogistic, stepsFor } from "./logistic.js";

it("takes as many steps as ever for tables, and fewer where columns and classes are many", () => {
  expect(stepsFor(1600 * 140 * 20)).toBe(60);
  expect(stepsFor(8000 * 130 * 19)).toBe(19);
  // 8000 pictures and sounds, 19 classes
  expect(stepsFor(8000 * 450 * 19)).toBe(10);
  expect(stepsFor(50_000 * 512 * 100)).toBe(10);
});

/** Rows of two columns, of which one tells the class, and one-hot classes. */
function drawn(rows: number, rng: Rng) {
  const labels = Int32Array.from({ length: rows }, () => rng.integer(2));
  const features = Float64Array.from({ length: 2 * rows }, (_, i) =>
    i % 2 === 0 ? rng.normal() + labels[i / 2] : rng.normal(),
  );
  const values = Float64Array.from({ length: 2 * rows }, (_, i) => Number(labels[i >> 1] === i % 2));
  return { labels, features, values, rows };
}

it("gives up weaker penalties after three that are worse, and keeps the best", () => {
  const rng = new Rng("logistic");
  const [train, validation, test] = [40, 400, 400].map((rows) => drawn(rows, rng));
  const probabilities = fitLogistic(train, validation)(test.features);
  const right = Array.from(test.labels, (y, i) => Number(probabilities[2 * i + y] > 0.5));
  expect(right.reduce((a, b) => a + b, 0) / right.length).toBeGreaterThan(0.6);
  const seen: number[] = [];
  const columns = [0, 1].map((j) => Float64Array.from({ length: 40 }, (_, i) => train.features[2 * i + j]));
  const path = logisticPath({ columns, labels: train.labels, classes: 2 }, [1, 0.1, 0.01, 0.001], 40, (fit) => {
    seen.push(fit.slopes[0][0]);
    return seen.length === 2;
  });
  expect(path.map(({ slopes }) => slopes[0][0])).toEqual(seen);
  expect(path.length).toBe(2);
});

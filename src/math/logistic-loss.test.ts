import { expect, it } from "vitest";
import { LogisticLoss } from "./logistic-loss.js";
import { Rng } from "./rng.js";

/** More rows than a block has, classes and columns that fill neither pairs nor fours. */
function drawn({ rows, width, classes }: { rows: number; width: number; classes: number }) {
  const rng = new Rng(rows + width);
  const columns = Array.from({ length: width }, () => Float64Array.from({ length: rows }, () => rng.normal()));
  const labels = Int32Array.from({ length: rows }, () => rng.integer(classes));
  const coefficients = Float64Array.from({ length: (width + 1) * classes }, () => rng.normal());
  return { columns, labels, classes, coefficients };
}

const shapes = [
  { rows: 600, width: 5, classes: 3 },
  { rows: 256, width: 3, classes: 2 },
  { rows: 7, width: 0, classes: 5 },
];

it.each(shapes)("the loss is that of the formula: $rows rows, $width columns, $classes classes", (shape) => {
  const { columns, labels, classes, coefficients } = drawn(shape);
  let expected = 0;
  labels.forEach((label, r) => {
    const logits = Array.from({ length: classes }, (_, y) =>
      columns.reduce((sum, column, j) => sum + coefficients[(j + 1) * classes + y] * column[r], coefficients[y]),
    );
    expected += Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[label];
  });
  expected += 0.35 * coefficients.subarray(classes).reduce((sum, slope) => sum + slope ** 2, 0);
  const { value } = new LogisticLoss({ columns, labels, classes }).evaluate(coefficients, 0.7);
  expect(value / expected).toBeCloseTo(1, 10);
});

it.each(shapes)("the gradient is that of finite differences: $rows rows, $width columns, $classes classes", (shape) => {
  const { columns, labels, classes, coefficients } = drawn(shape);
  const loss = new LogisticLoss({ columns, labels, classes });
  const { gradient } = loss.evaluate(coefficients, 0.7);
  const step = 1e-5;
  gradient.forEach((slope, at) => {
    const at0 = (by: number) => coefficients.map((value, i) => value + (i === at ? by : 0));
    const difference = loss.evaluate(at0(step), 0.7).value - loss.evaluate(at0(-step), 0.7).value;
    expect(Math.abs(difference / (2 * step) - slope)).toBeLessThan(1e-5 * (1 + Math.abs(slope)));
  });
});

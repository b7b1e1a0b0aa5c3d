import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { fitMean } from "./mean.js";
import { fitRidge } from "./ridge.js";

/** Inputs and two targets by formula, so that the same table can be built in numpy. */
function tallTable() {
  const rows = 40;
  const inputs = new Float64Array(rows * 6);
  const targets = new Float64Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < 6; j++) inputs[i * 6 + j] = Math.sin(1 + i * (j + 1) * 0.7) * (1 + j) + j;
    const x = inputs.subarray(i * 6, i * 6 + 6);
    targets[i * 2] = 2 * x[0] - x[1] + 0.5 * Math.cos(3 * i);
    targets[i * 2 + 1] = 10 + (x[2] * x[3]) / 4;
  }
  return { rows, inputs, targets };
}

function wideTable() {
  const rows = 12;
  const inputs = new Float64Array(rows * 30);
  const targets = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < 30; j++) inputs[i * 30 + j] = Math.sin(1 + i * (j + 1) * 0.7) + Math.cos(i * i * 0.3 + j);
    targets[i] = inputs[i * 30] - inputs[i * 30 + 5] + 0.3 * Math.sin(i);
  }
  return { rows, inputs, targets };
}

const close = (actual: ArrayLike<number>, expected: number[], digits = 9) =>
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits);
  });

describe("ridge regression", () => {
  it("predicts what scikit-learn's Ridge predicts on standardised inputs", () => {
    const { rows, inputs, targets } = tallTable();
    // sklearn 1.2.1: Ridge(alpha).fit((X - X.mean(0)) / X.std(0), Y).predict(first 3 rows)
    const weak = fitRidge(inputs, targets, { rows, alphas: [0.1] });
    close(
      weak.predict(inputs),
      [
        -0.9151760369822727, 16.450328251578146, -0.498965565107568, 11.66187870800566, 1.747550023292959,
        10.621906980019713,
      ],
    );
    const strong = fitRidge(inputs, targets, { rows, alphas: [10] });
    close(
      strong.predict(inputs),
      [
        -0.9001457456530381, 15.769433783406006, -0.5736375945488615, 11.162992935255915, 1.1990382987655135,
        11.207821702510937,
      ],
    );
  });

  it("chooses per target the penalties that scikit-learn's leave-one-out RidgeCV chooses", () => {
    const { rows, inputs, targets } = tallTable();
    const alphas = [1e-3, 1e-2, 0.1, 1, 10, 100, 1000];
    const model = fitRidge(inputs, targets, { rows, alphas });
    expect(model.alpha).toEqual([0.1, 1]); // sklearn 1.2.1: RidgeCV(alphas).fit(Xs, Y[:, t]).alpha_
    const second = Array.from(model.predict(inputs.subarray(0, 18)), (v, i) => (i % 2 ? v : 0)).filter((v) => v !== 0);
    close(second, [16.379149590074363, 11.581629776523078, 10.715324427155823]);
  });

  it("works through the rows when there are more columns than rows", () => {
    const { rows, inputs, targets } = wideTable();
    // sklearn 1.2.1: Ridge(alpha=2.0)
    const model = fitRidge(inputs, targets, { rows, alphas: [2] });
    close(model.predict(inputs), [0.7919672930566256, 2.268698234065881, 0.18504140932778523]);
  });

  it("scores a penalty as the definition of generalised cross-validation says", () => {
    const { rows, inputs, targets } = tallTable();
    const first = Float64Array.from({ length: rows }, (_, i) => targets[2 * i]);
    const alpha = 3;
    const model = fitRidge(inputs, first, { rows, alphas: [alpha] });
    // The trace of the hat matrix by definition: how much each prediction moves with its own target.
    let trace = 0;
    for (let i = 0; i < rows; i++) {
      const moved = first.slice();
      moved[i] += 1;
      trace += fitRidge(inputs, moved, { rows, alphas: [alpha] }).predict(inputs)[i] - model.predict(inputs)[i];
    }
    const squares = model.predict(inputs).reduce((sum, p, i) => sum + (first[i] - p) ** 2, 0);
    expect(model.gcv[0]).toBeCloseTo((rows * squares) / (rows - trace) ** 2, 9);
  });

  it("ignores units, constant columns and copies of columns", () => {
    const { rows, inputs, targets } = tallTable();
    const plain = fitRidge(inputs, targets, { rows, alphas: [1e-6] }).predict(inputs);
    const widened = new Float64Array(rows * 8);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < 6; j++) widened[i * 8 + j] = inputs[i * 6 + j] * 10 ** (3 * j - 9) + 5;
      widened[i * 8 + 6] = 0.1;
      widened[i * 8 + 7] = inputs[i * 6 + 2];
    }
    // A copied column shares its coefficient, so its penalty halves: 1e-6 of penalty moves predictions by about 5e-6.
    close(fitRidge(widened, targets, { rows, alphas: [1e-6] }).predict(widened), Array.from(plain), 4);
  });

  it("shrinks pure noise to the mean", () => {
    const rows = 300;
    const rng = new Rng(4);
    const inputs = new Float64Array(rows * 40);
    const targets = new Float64Array(rows);
    rng.fillNormal(inputs);
    rng.fillNormal(targets);
    const model = fitRidge(inputs, targets, { rows });
    const size = Math.sqrt(model.coefficients.reduce((sum, b) => sum + b * b, 0));
    expect(size).toBeLessThan(0.15); // least squares: about sqrt(40 / 300) = 0.37
  });

  it.each([36, 38, 39, 40])(
    "does not go through every row where %i columns leave hardly a degree of freedom of 40 rows",
    (width) => {
      for (let draw = 0; draw < 60; draw++) {
        const rng = new Rng(100 * width + draw);
        const inputs = Float64Array.from({ length: 40 * width }, () => rng.normal());
        const targets = Float64Array.from({ length: 40 }, (_, i) => inputs[i * width] + rng.normal());
        const { alpha, coefficients } = fitRidge(inputs, targets, { rows: 40 });
        expect(alpha[0], `draw ${draw}`).toBeGreaterThan(0.1);
        // The prediction of new rows has this variance; the target's is 2.
        expect(
          coefficients.reduce((sum, b) => sum + b * b, 0),
          `draw ${draw}`,
        ).toBeLessThan(4);
      }
    },
  );

  it("names the value it cannot use", () => {
    const targets = new Float64Array([1, 2, 3]);
    expect(() => fitRidge(new Float64Array([1, 2, 3, 4, Number.NaN, 6]), targets, { rows: 3 })).toThrow(
      "inputs hold NaN in row 3 (counted from 1), column 0",
    );
    expect(() => fitRidge(new Float64Array(6), targets, { rows: 2 })).toThrow("at least 3 rows, got 2");
    expect(() => fitRidge(new Float64Array(7), targets, { rows: 3 })).toThrow("7 values of the inputs");
    expect(() => fitRidge(new Float64Array(6), targets, { rows: 3, alphas: [0] })).toThrow("positive numbers, got [0]");
    const model = fitRidge(new Float64Array([1, 2, 2, 1, 3, 5]), targets, { rows: 3 });
    expect(() => model.predict([1, 2, 3])).toThrow("3 values are not whole rows of the 2 inputs");
  });
});

describe("mean baseline", () => {
  it("predicts the training mean of each target", () => {
    const model = fitMean([1, 10, 3, 30], 2);
    expect([...model.predict(2)]).toEqual([2, 20, 2, 20]);
    expect(() => fitMean([1, Number.POSITIVE_INFINITY])).toThrow("target value 1 is Infinity");
    expect(() => fitMean([], 1)).toThrow("not whole rows");
  });
});

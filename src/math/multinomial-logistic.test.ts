import { describe, expect, it } from "vitest";
import { logisticLogits, logisticPath } from "./multinomial-logistic.js";
import { Rng } from "./rng.js";

const rows = 4000;

describe("multinomial logistic regression", () => {
  it("finds the coefficients that classes were drawn by", () => {
    const rng = new Rng(2);
    const x = [0, 1].map(() => Float64Array.from({ length: rows }, () => rng.normal()));
    const truth = [
      [0.5, 1, 0],
      [0, 0, -1.5],
      [-0.5, -1, 1.5],
    ];
    const labels = Int32Array.from({ length: rows }, (_, r) => {
      const weights = truth.map(([c, a, b]) => Math.exp(c + a * x[0][r] + b * x[1][r]));
      let left = rng.uniform() * weights.reduce((sum, w) => sum + w, 0);
      return weights.findIndex((w) => {
        left -= w;
        return left < 0;
      });
    });
    const path = logisticPath({ columns: x, labels, classes: 3 }, [1, 0.01, 1e-4, 1e-6]);
    const { intercepts, slopes } = path[path.length - 1];
    // errors of 4000 rows are about 0.05
    truth.forEach(([c, a, b], y) => {
      expect(Math.abs(intercepts[y] - c)).toBeLessThan(0.2);
      expect(Math.abs(slopes[y][0] - a)).toBeLessThan(0.2);
      expect(Math.abs(slopes[y][1] - b)).toBeLessThan(0.2);
    });
    expect(Math.abs(path[0].slopes[0][0])).toBeLessThan(Math.abs(slopes[0][0]));
    const logits = logisticLogits(path[2], x, rows);
    expect(logits.length).toBe(3 * rows);
    expect(logits[0] + logits[1] + logits[2]).toBeCloseTo(0, 6);
  });

  it("is the shares of the classes where there is no column", () => {
    const labels = Int32Array.from({ length: 100 }, (_, r) => Number(r < 25));
    const [{ intercepts }] = logisticPath({ columns: [], labels, classes: 2 }, [1]);
    expect(1 / (1 + Math.exp(intercepts[0] - intercepts[1]))).toBeCloseTo(0.25, 3);
  });

  // LogisticRegression(C=1 / (penalty n), solver="newton-cg", tol=1e-12) of scikit-learn 1.2.1 on these rows
  it.each([
    {
      penalty: 0.1,
      slopes: [
        [-0.343663, 0.21781, -0.017781],
        [0.121552, -0.420183, -0.135405],
        [0.180322, -0.097503, 0.053644],
        [0.041788, 0.299876, 0.099542],
      ],
      intercepts: [-0.079592, -0.004198, 0.151232, -0.067442],
    },
    {
      penalty: 0.001,
      slopes: [
        [-0.839939, 0.5535, -0.136891],
        [0.305579, -0.899081, -0.25538],
        [0.354663, -0.206882, 0.138596],
        [0.179697, 0.552464, 0.253674],
      ],
      intercepts: [-0.162826, -0.032678, 0.237816, -0.042312],
    },
  ])("is scikit-learn's with a penalty of $penalty", ({ penalty, slopes, intercepts }) => {
    const n = 60;
    const columns = [0, 1, 2].map((j) => Float64Array.from({ length: n }, (_, i) => Math.sin(1.7 * i * (j + 1) + j)));
    const labels = Int32Array.from(
      { length: n },
      (_, i) => (i * i + Number(columns[0][i] > 0.3) + Math.floor(i / 7)) % 4,
    );
    const [fit] = logisticPath({ columns, labels, classes: 4 }, [penalty], 40);
    slopes.forEach((own, y) => {
      own.forEach((slope, j) => {
        expect(fit.slopes[y][j]).toBeCloseTo(slope, 4);
      });
      expect(fit.intercepts[y]).toBeCloseTo(intercepts[y], 4);
    });
  });
});

import { describe, expect, it } from "vitest";
import { adam } from "./adam.js";
import type { ModelLayout } from "./model-layout.js";
import { notFiniteIn, notFiniteReport } from "./not-finite.js";

const layout = {
  parameters: {
    specs: [
      { name: "first", shape: [2, 2] },
      { name: "second", shape: [3] },
    ],
  },
  moments: { specs: [{ name: "norm", width: 2 }] },
} as unknown as ModelLayout;
const optimiser = adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as Parameters<typeof adam>[0]);
const tensors = (broken: string, at: number, value = Number.NaN) => {
  const sizes = { parameters: 7, average: 7, running: 4, moment1: 7, moment2: 7, other: 7 };
  const made = Object.entries(sizes).map(([name, size]) => [name, new Float32Array(size)] as const);
  for (const [name, values] of made) if (name === broken) values[at] = value;
  return notFiniteIn(Object.fromEntries(made) as unknown as Parameters<typeof notFiniteIn>[0], { layout, optimiser });
};

describe("a number of a state that is not finite", () => {
  it("is told by what it is and by its place", () => {
    expect(tensors("parameters", 3)?.name).toBe("weight of first[3]");
    expect(tensors("parameters", 4)?.name).toBe("weight of second[0]");
    expect(tensors("average", 6, Number.POSITIVE_INFINITY)).toEqual({
      name: "averaged weight of second[2]",
      value: Number.POSITIVE_INFINITY,
    });
    expect(tensors("running", 3)?.name).toBe("running moment of norm[3]");
    expect(tensors("moment2", 0)?.name).toBe("mean squared gradient of first[0]");
    expect(tensors("other", 0)?.name).toBe("other of first[0]");
  });

  it("is none where all are finite", () => {
    expect(tensors("nothing", 0)).toBeNull();
  });
});

it("of a report a term is named before the total and the gradient, which follow from it", () => {
  const names = ["total", "fit", "gaussianity", "gradient"];
  expect(notFiniteReport(Float32Array.of(1, 2, 3, 4), names)).toBeNull();
  expect(notFiniteReport(Float32Array.of(Number.NaN, 2, Number.NaN, Number.NaN), names)?.name).toBe("gaussianity");
  expect(notFiniteReport(Float32Array.of(1, 2, 3, Number.NaN), names)?.name).toBe("gradient");
  expect(notFiniteReport(Float32Array.of(Number.NaN, 2, 3, 4), names)?.name).toBe("total");
});

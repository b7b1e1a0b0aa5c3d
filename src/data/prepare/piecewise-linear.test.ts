import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { indexedMap, interpolate } from "./piecewise-linear.js";

const rng = new Rng("piecewise");
const drawn = (count: number, draw: (i: number) => number) =>
  [...new Set(Array.from({ length: count }, (_, i) => draw(i)))].sort((a, b) => a - b);

describe("a piecewise linear map with an index of its knots", () => {
  it.each([
    ["normal", drawn(1000, () => rng.normal())],
    ["crowded", drawn(1000, () => Math.exp(12 * rng.normal()))],
    ["whole numbers", drawn(300, (i) => i)],
    ["two", [3, 4]],
    ["of the whole range of numbers", [-1.7e308, -1, 0, 1, 1.7e308]],
    ["next to one another", [1, 1 + 2 ** -52, 1 + 2 ** -51, 1 + 2 ** -50]],
    ["smallest numbers", [0, 5e-324, 1e-323, 2e-323]],
  ])("is the map itself to the last bit: knots %s", (_, xs) => {
    const ys = xs.map((_x, i) => i / 7 + Math.sin(i) / 20);
    const map = indexedMap(xs, ys);
    const [first, last] = [xs[0], xs[xs.length - 1]];
    const values = [
      ...xs,
      ...xs.slice(1).map((x, i) => x / 2 + xs[i] / 2),
      ...xs.flatMap((x) => [x * (1 + 2 ** -52), x * (1 - 2 ** -52)]),
      ...Array.from({ length: 2000 }, () => first + rng.uniform() * (last - first)).filter(Number.isFinite),
      ...[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -Number.MAX_VALUE, Number.MAX_VALUE],
    ];
    for (const x of values) expect(Object.is(map(x), interpolate(xs, ys, x)), `${x}`).toBe(true);
  });
});

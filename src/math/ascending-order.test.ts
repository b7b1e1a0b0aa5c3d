import { expect, it } from "vitest";
import { ascendingOrder } from "./ascending-order.js";
import { Rng } from "./rng.js";

const special = [0, -0, 1, -1, 5e-324, -5e-324, 1e308, -1e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

it("orders numbers as comparison does, equal ones as given, and leaves NaN out", () => {
  const rng = new Rng(3);
  for (const n of [0, 1, 2, 7, 300, 40]) {
    const values = Float64Array.from({ length: n }, (_, i) =>
      i % 11 === 3 ? Number.NaN : i % 5 === 0 ? special[i % special.length] : Math.round(rng.normal() * 20) / 4,
    );
    const places = [...values.keys()].filter((i) => !Number.isNaN(values[i]));
    const sorted = places.toSorted(
      (a, b) => values[a] - values[b] || Number(Object.is(values[b], -0)) - Number(Object.is(values[a], -0)) || a - b,
    );
    expect([...ascendingOrder(values)]).toEqual(sorted);
  }
});

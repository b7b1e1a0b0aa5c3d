import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { silence } from "../../models/neighbours.js";
import { kernelErrors, nearestDistance } from "./kernel-errors.js";

const width = 6;
const targets = 2;
const surroundings = (n: number, rows: number) => {
  const rng = new Rng("surroundings");
  const normals = (size: number) => Float32Array.from({ length: size }, () => rng.normal());
  return {
    places: normals(n * width),
    errors: Float64Array.from(normals(n * targets)),
    seenFrom: normals(rows * width),
    width,
  };
};

/** Distance of a row that looks to a training row. */
function squared({ places, seenFrom }: ReturnType<typeof surroundings>, row: number, i: number): number {
  return Array.from({ length: width }, (_, k) => (seenFrom[row * width + k] - places[i * width + k]) ** 2).reduce(
    (a, b) => a + b,
  );
}

describe("what near training rows come to", () => {
  const given = surroundings(200, 30);

  it("is the sum over all of them, at every reach", () => {
    const reaches = [0.5, 1, 2];
    const found = kernelErrors(given, reaches);
    for (const [k, reach] of reaches.entries()) {
      for (let row = 0; row < 30; row++) {
        let weights = silence;
        const sums = [0, 0];
        for (let i = 0; i < 200; i++) {
          const kernel = Math.exp(-squared(given, row, i) / reach);
          weights += kernel;
          for (const t of [0, 1]) sums[t] += kernel * given.errors[2 * i + t];
        }
        for (const t of [0, 1]) expect(found[k][2 * row + t]).toBeCloseTo(sums[t] / weights, 5);
      }
    }
  });

  it("is nothing where none is near", () => {
    const away = { ...given, seenFrom: given.seenFrom.map((value) => value + 50) };
    expect(kernelErrors(away, [1])[0].every((value) => value === 0)).toBe(true);
  });
});

describe("the distance of the nearest training row", () => {
  it("is the median over rows that look", () => {
    const given = surroundings(200, 31);
    const nearest = Array.from({ length: 31 }, (_, row) =>
      Math.min(...Array.from({ length: 200 }, (_i, i) => squared(given, row, i))),
    ).sort((a, b) => a - b);
    expect(nearestDistance(given)).toBeCloseTo(nearest[15], 5);
  });

  it("is 0 where rows are copies", () => {
    const given = surroundings(200, 30);
    expect(nearestDistance({ ...given, seenFrom: given.places.slice(0, 30 * width) })).toBe(0);
  });
});

import { expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { rowGroups } from "../estimate/row-groups.js";
import { type ClassRows, readClasses } from "./class-rows.js";
import { unionExcess } from "./union-excess.js";

/** Rows of ten classes, of each of which two cells see a copy with noise. */
function copies(n: number, times: number): ClassRows {
  const rng = new Rng(4);
  const own = Array.from({ length: n / times }, () => {
    const y = rng.integer(10);
    const noisy = () => (rng.uniform() < 0.3 ? rng.integer(10) : y);
    return [y, noisy(), noisy()];
  });
  const column = (k: number) => Int32Array.from({ length: n }, (_, row) => own[row % own.length][k]);
  const none = new Float64Array(n);
  return {
    ...{ labels: column(0), classes: 10, posteriors: null, own: [none, none], joint: none, designEffects: [1, 1] },
    cells: [1, 2].map((k) => ({ of: column(k), count: 10 })),
  };
}

const rough = { tolerance: 1e-3, sweeps: 300 };

function excessOf(rows: ClassRows, groups: ReturnType<typeof rowGroups>): number {
  const readings = readClasses(rows, [...rows.labels.keys()], rough);
  return unionExcess(rows, readings, { groups, options: rough, rng: new Rng(1) });
}

it("shrinks with the root of the number of rows where modalities tell the same", () => {
  const [few, many] = [500, 8000].map((n) => excessOf(copies(n, 1), null));
  expect(few).toBeGreaterThan(0.3);
  expect(many).toBeLessThan(few / 3);
});

it("halves hold whole groups: copies of rows are no further rows", () => {
  const rows = copies(1000, 4);
  const groups = rowGroups(
    Array.from({ length: 1000 }, (_, row) => row % 250),
    1000,
  );
  expect(excessOf(rows, groups)).toBeGreaterThan(excessOf(rows, null) + 0.1);
});

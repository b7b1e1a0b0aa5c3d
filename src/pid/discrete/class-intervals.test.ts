import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { classPid } from "./class-pid.js";

/** Rows of twenty classes, two or three to each, of which both sources show noisy posteriors; together they say more. */
function few(rows: number) {
  const classes = 20;
  const rng = new Rng("few rows");
  const labels = Int32Array.from({ length: rows }, (_, i) => i % classes);
  const shown = (strength: number) => {
    const out = new Float64Array(rows * classes);
    for (let r = 0; r < rows; r++) {
      const row = out.subarray(r * classes, (r + 1) * classes);
      row.forEach((_, y) => {
        row[y] = Math.exp(rng.normal() + (labels[r] === y ? strength : 0));
      });
      const sum = row.reduce((a, b) => a + b, 0);
      row.forEach((v, y) => {
        row[y] = v / sum;
      });
    }
    return out;
  };
  return {
    names: ["a", "b"],
    classes: Array.from({ length: classes }, (_, y) => `c${y}`),
    ...{ labels, byModality: [shown(5), shown(2)], joint: shown(5.2), groups: null },
  };
}

describe("intervals of few rows for each class of a cell", () => {
  const found = classPid(few(42));
  const { information, intervals, contrasts, standardErrors } = found;

  it("are told to be of few rows, whatever halves of them show", () => {
    expect(found.flags).toContain("few-rows-per-cell");
    expect(classPid(few(2000), { errorReplicates: 10, cells: 10 }).flags).not.toContain("few-rows-per-cell");
  });

  it("have the error of what is told together less the most that one tells, where the synergy is 0", () => {
    const most = Math.max(information.byModality.a, information.byModality.b);
    expect(found.atoms.synergy).toBeLessThan(0.01);
    expect(standardErrors?.atoms.synergy).toBeLessThan(0.05);
    expect(intervals?.upper.atoms.synergy).toBeGreaterThan(information.total - most + 0.05);
    expect(Math.abs(contrasts?.[0].value ?? 0)).toBeGreaterThan(0.5);
  });
});

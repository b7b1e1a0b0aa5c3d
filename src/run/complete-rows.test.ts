import { describe, expect, it } from "vitest";
import { completePositions, completeRowsMessage, onlyComplete, pickLatents } from "./complete-rows.js";

const missing = [[], ["b"], []];
const column = (...values: number[]) => Float64Array.from(values);

describe("rows that have every modality", () => {
  it("are picked from latents and predictions alike", () => {
    const at = completePositions(missing);
    expect(at).toEqual([0, 2]);
    const latents = {
      latents: Float32Array.of(1, 2, 3, 4, 5, 6),
      predictions: [Float32Array.of(1, 2, 3)],
      predictionsAlone: [[Float32Array.of(7, 8, 9)]],
      rows: 3,
    };
    expect(pickLatents(latents, at)).toEqual({
      latents: Float32Array.of(1, 2, 5, 6),
      predictions: [Float32Array.of(1, 3)],
      predictionsAlone: [[Float32Array.of(7, 9)]],
      rows: 2,
    });
  });

  it("are the only ones with sample-level atoms", () => {
    const local = {
      ...{ n: 3, redundancy: column(1, 2, 3), synergy: column(4, 5, 6), partialRedundancy: column(0, 0, 0) },
      unique: { a: column(7, 8, 9), b: column(1, 1, 1) },
      information: { total: column(1, 2, 3), byModality: { a: column(1, 2, 3), b: column(1, 2, 3) } },
      union: column(1, 2, 3),
    };
    const blanked = onlyComplete(local, missing);
    expect([...blanked.unique.a]).toEqual([7, Number.NaN, 9]);
    expect([...blanked.redundancy]).toEqual([1, Number.NaN, 3]);
    expect([...blanked.information.byModality.b]).toEqual([1, Number.NaN, 3]);
    expect(onlyComplete(local, [[], [], []])).toBe(local);
  });

  it("are counted for the user", () => {
    expect(completeRowsMessage("test part", 40, 0)).toEqual([]);
    expect(completeRowsMessage("test part", 40, 12)[0]).toContain("from the 28 of 40 rows that have every modality");
  });
});

import { describe, expect, it } from "vitest";
import { packRow, rowLayout, unpackRows } from "./row-layout.js";

const rows = {
  rows: 2,
  modalities: [
    { name: "a", width: 2, values: Float32Array.from([1, 2, 3, 4]) },
    { name: "b", width: 1, values: Float32Array.from([5, 6]), present: Uint8Array.from([1, 0]) },
  ],
  target: Float32Array.from([7, 8]),
  gaussianTarget: Float64Array.from([9, 10]),
};

describe("a row on disk", () => {
  it.each([true, false])("comes back as it was; presence known: %s", (presence) => {
    const layout = rowLayout(rows.modalities, 1, presence);
    expect(layout.width).toBe(presence ? 7 : 5);
    const values = new Float32Array(2 * layout.width);
    const complete = [0, 1].map((row) =>
      packRow(layout, rows, row, values.subarray(row * layout.width, (row + 1) * layout.width)),
    );
    expect(complete).toEqual([true, false]);
    const back = unpackRows(layout, values);
    const known = (present: number[]) => (presence ? { present: Uint8Array.from(present) } : {});
    expect(back).toEqual({
      modalities: [
        { name: "a", width: 2, values: Float32Array.from([1, 2, 3, 4]), ...known([1, 1]) },
        { name: "b", width: 1, values: Float32Array.from([5, 6]), ...known([1, 0]) },
      ],
      target: Float32Array.from([7, 8]),
      gaussianTarget: Float32Array.from([9, 10]),
    });
  });
});

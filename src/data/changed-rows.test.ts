import { describe, expect, it } from "vitest";
import { dataSchema } from "../config/data.js";
import { cellOf, takeRows, withCells, withoutModalities } from "./changed-rows.js";
import { memoryDataset } from "./memory-table.js";
import type { RowStore } from "./rows.js";

const data = dataSchema.parse({
  file: "t.csv",
  target: "y",
  missing: "mean",
  modalities: { a: { columns: ["a1", "sex"], categories: ["sex"] }, b: { columns: ["b1"] } },
});
const dataset = memoryDataset(
  {
    ...{ label: "rows", rows: 3, stores: [], ids: ["x", "y", "z"] },
    modalities: [
      {
        ...{ name: "a", columns: ["a1", "sex"], values: Float64Array.of(1, 0, 2, 1, Number.NaN, Number.NaN) },
        categories: [{ column: "sex", levels: ["F", "M"] }],
      },
      { name: "b", columns: ["b1"], values: Float64Array.of(10, 20, 30) },
    ],
    targets: [{ name: "y", values: Float64Array.of(5, 6, 7) }],
  },
  data,
);

describe("rows of a data set", () => {
  it("are taken as often as they are named, with all that belongs to them", () => {
    const taken = takeRows(dataset, [2, 0, 2]);
    expect(taken.rowIds).toEqual(["z", "x", "z"]);
    expect([...taken.modalities[1].values]).toEqual([30, 10, 30]);
    expect([...taken.targets[0].values]).toEqual([7, 5, 7]);
    expect(cellOf(taken, "a", "sex", 1)).toBe("F");
    expect(cellOf(taken, "a", "a1", 0)).toBeNull();
  });

  it("get other numbers, and categories that the table did not know", () => {
    const changed = withCells(withCells(dataset, "a", "a1", [7, 8, 9]), "a", "sex", ["M", "X", null]);
    expect([0, 1, 2].map((row) => cellOf(changed, "a", "a1", row))).toEqual([7, 8, 9]);
    expect([0, 1, 2].map((row) => cellOf(changed, "a", "sex", row))).toEqual(["M", "X", null]);
    expect(cellOf(dataset, "a", "sex", 0)).toBe("F");
    expect(() => withCells(dataset, "a", "none", [1, 2, 3])).toThrow('modality "a" has no column "none"');
  });

  it("lose a modality", () => {
    const without = withoutModalities(dataset, ["b"]);
    expect(cellOf(without, "b", "b1", 0)).toBeNull();
    expect(cellOf(without, "a", "a1", 0)).toBe(1);
    expect(withoutModalities(dataset, [])).toBe(dataset);
  });

  it("are taken, and lose a modality, where it is no columns of a table", async () => {
    const store: RowStore = {
      ...{ name: "c", kind: "array", rows: 3, shape: [2], gaps: Uint32Array.of(0, 2, 0) },
      read: async (numbers, out) => {
        for (let i = 0; i < numbers.length; i++) out.set([numbers[i], 10 * numbers[i]], 2 * i);
      },
      lacks: (row) => (row === 1 ? "its cell is empty" : undefined),
    };
    const rows = takeRows({ ...dataset, stores: [store] }, [2, 1, 2]);
    const [taken] = rows.stores ?? [];
    const out = new Float64Array(6);
    await taken.read([0, 1, 2], out);
    expect([...out]).toEqual([2, 20, 1, 10, 2, 20]);
    expect([...taken.gaps]).toEqual([0, 2, 0]);
    expect(taken.lacks?.(1)).toBe("its cell is empty");
    const [without] = withoutModalities(rows, ["c"]).stores ?? [];
    await without.read([2], out.subarray(0, 2));
    expect([...without.gaps]).toEqual([2, 2, 2]);
    expect([...out.subarray(0, 2)]).toEqual([Number.NaN, Number.NaN]);
    expect(withoutModalities(rows, ["b"]).stores).toEqual([taken]);
  });
});

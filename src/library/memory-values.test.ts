import { describe, expect, it } from "vitest";
import { givenRows } from "./memory-rows.js";
import type { ModalityValues } from "./memory-values.js";

const target = { y: [1, 2, 3] };
const rows = [
  [1, 2],
  [3, 4],
  [5, 6],
];

/** The modality `a` of three rows. */
function given(values: ModalityValues) {
  return givenRows({ modalities: { a: values }, target });
}

describe("rows in memory", () => {
  it.each<[string, ModalityValues]>([
    ["rows", rows],
    ["rows with names", { columns: ["a1", "a2"], values: rows }],
    ["one flat array", { values: [1, 2, 3, 4, 5, 6] }],
    ["typed rows", rows.map((row) => Float32Array.from(row))],
    ["one typed array", { columns: ["a1", "a2"], values: Float32Array.from(rows.flat()) }],
  ])("are columns when given as %s", (_, values) => {
    const { modalities, stores } = given(values);
    expect(modalities).toEqual([{ name: "a", columns: ["a1", "a2"], values: Float64Array.from(rows.flat()) }]);
    expect(stores).toEqual([]);
  });

  it("have a shape when they are given with one, and miss what is NaN or null", async () => {
    const { stores } = given({
      shape: [2, 1],
      values: [
        [1, 2],
        [null, Number.NaN],
        [5, null],
      ],
    });
    const [{ shape, gaps, kind, read }] = stores;
    expect([shape, [...gaps], kind]).toEqual([[2, 1], [0, 2, 1], "array"]);
    const out = new Float64Array(4);
    await read([2, 0], out);
    expect([...out]).toEqual([5, Number.NaN, 1, 2]);
  });

  it.each<[ModalityValues, string]>([
    [rows.slice(1), 'modality "a" has 2 rows; expected 3'],
    [[[1, 2], [3], [5, 6]], 'modality "a", row 2: expected 2 values, got 1'],
    [
      [
        [1, 2],
        [3, Number.POSITIVE_INFINITY],
        [5, 6],
      ],
      'modality "a", row 2, column "a2": expected a finite number, got Infinity',
    ],
    [
      [
        [1, 2],
        [3, "4" as never],
        [5, 6],
      ],
      'modality "a", row 2, column "a2": expected a number, got string',
    ],
    [{ columns: ["u", "u"], values: rows }, 'modality "a": two columns are called "u"'],
    [{ columns: ["u"], values: rows }, 'modality "a", row 1: expected 1 values, got 2'],
    [{ columns: ["u", "v"], values: [1, 2, 3] }, 'modality "a": expected 3 rows of 2 values, 6 in all; got 3'],
    [{ shape: [2, 0], values: rows }, 'modality "a": shape [2, 0]: expected whole numbers above 0'],
    [{ shape: [3], values: rows }, 'modality "a", row 1: expected 3 values, got 2'],
    [[[], [], []], 'modality "a": has no columns'],
  ])("are refused by name and place: %j", (values, message) => {
    expect(() => given(values)).toThrow(message);
  });

  it.each([
    [{ target: {} }, "target: names nothing to predict"],
    [{ target: { y: [1, 2, 3], z: [1, 2] } }, 'target "z" has 2 values, and there are 3 rows'],
    [{ target, ids: ["u", "v"] }, 'ids has 2 names, and target "y" has 3 values'],
    [{ target, group: ["u", "", "w"] }, "group, row 2: expected a text that is not empty"],
    [{ target, ids: ["u", "v", "u"] }, 'ids: rows 1 and 3 are both called "u"'],
    [{ target: { a1: [1, 2, 3] } }, 'column "a1" belongs to both the target and modality "a"'],
  ])("must agree with target, ids and groups: %j", (other, message) => {
    expect(() => givenRows({ modalities: { a: rows }, ...other })).toThrow(message);
  });
});

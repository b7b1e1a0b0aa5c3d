import { expect, it } from "vitest";
import { rowDigests } from "./row-digests.js";

const columns = [
  { name: "a", columns: ["x", "z"] },
  { name: "b", columns: ["y"] },
];
/** What a column that no model reads holds: another value in every row of every table. */
let unused = 0;

function table(values: readonly (readonly [number, number, number])[]) {
  return {
    rows: values.length,
    modalities: [
      {
        name: "b",
        columns: ["y", "unused"],
        values: Float64Array.from(values.flatMap((row) => [row[2], unused++])),
      },
      { name: "a", columns: ["z", "x"], values: Float64Array.from(values.flatMap((row) => [row[1], row[0]])) },
    ],
  };
}

it("rows have one digest where their features are equal, wherever the columns stand", () => {
  const digests = rowDigests(
    table([
      [1, 2, 3],
      [1, 2, 4],
      [1, 2, 3],
      [2, 1, 3],
    ]),
    columns,
  );
  expect(digests[0]).toBe(digests[2]);
  expect(new Set(digests).size).toBe(3);
  expect(digests[0]).toMatch(/^[\w-]{11}$/);
});

it("single precision, the sign of 0 and the bits of a missing value make no difference; any other value does", () => {
  const digest = (row: readonly [number, number, number]) => rowDigests(table([row]), columns)[0];
  expect(digest([0.1, 0, Number.NaN])).toBe(digest([Math.fround(0.1), -0, -Number.NaN]));
  expect(digest([0.1, 0, Number.NaN])).not.toBe(digest([0.1001, 0, Number.NaN]));
  expect(digest([0.1, 0, Number.NaN])).not.toBe(digest([0.1, 0, 0]));
});

it("refuses a column that the table lacks", () => {
  expect(() => rowDigests(table([[1, 2, 3]]), [{ name: "a", columns: ["w"] }])).toThrow('there is no column "w"');
});

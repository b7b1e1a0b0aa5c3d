import { expect, it } from "vitest";
import type { ModalityPreparation } from "../data/prepare/preprocessor.js";
import { rowDigests } from "./row-digests.js";

const reading = (wanted: Readonly<Record<string, readonly string[]>>) => ({
  modalities: Object.entries(wanted).map(([name, columns]): ModalityPreparation => {
    const preparation = { kind: "standardize", mean: 0, scale: 1, clip: 5, fill: 0 } as const;
    return { name, columns: columns.map((column) => ({ name: column, preparation })), indicators: [], dropped: [] };
  }),
});
const columns = reading({ a: ["x", "z"], b: ["y"] });
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

it("rows have one digest where their features are equal, wherever the columns stand", async () => {
  const digests = await rowDigests(
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

it("single precision, the sign of 0 and the bits of a missing value make no difference; any other value does", async () => {
  const digest = (row: readonly [number, number, number]) => rowDigests(table([row]), columns).then(([first]) => first);
  expect(await digest([0.1, 0, Number.NaN])).toBe(await digest([Math.fround(0.1), -0, -Number.NaN]));
  expect(await digest([0.1, 0, Number.NaN])).not.toBe(await digest([0.1001, 0, Number.NaN]));
  expect(await digest([0.1, 0, Number.NaN])).not.toBe(await digest([0.1, 0, 0]));
});

it("refuses a column that the table lacks", async () => {
  await expect(rowDigests(table([[1, 2, 3]]), reading({ a: ["w"] }))).rejects.toThrow('there is no column "w"');
});

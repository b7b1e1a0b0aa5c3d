import { describe, expect, it } from "vitest";
import { copiedRowMessages } from "./copied-rows.js";

const dataset = (a: readonly number[], y: readonly number[]) => ({
  rows: a.length,
  rowIds: a.map((_, i) => `s${i}`),
  modalities: [
    { name: "a", columns: ["a1"], values: Float64Array.from(a) },
    { name: "b", columns: ["b1", "b2"], values: Float64Array.from(a.flatMap((v) => [v, Number.NaN])) },
  ],
  targets: [{ name: "y", values: Float64Array.from(y) }],
});
const split = { train: [0, 1, 2, 3], validation: [4, 5], test: [6, 7, 8] };

describe("copied rows of a data set", () => {
  it("says nothing where every row differs, if only in its target", async () => {
    expect(await copiedRowMessages(dataset([1, 1, 1, 2, 2, 3, 3, 4, 5], [1, 2, 3, 1, 2, 1, 2, 1, 1]), split)).toEqual(
      [],
    );
  });

  it("counts copies inside a part, and says no more of them", async () => {
    const messages = await copiedRowMessages(dataset([1, 1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 1, 1, 1]), split);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(
      /^1 of the 9 rows has the same features and targets as an earlier row \(s1 of s0\)\. If it is a copy, remove it: /,
    );
  });

  it("claims no copying of discrete values that agree by themselves", async () => {
    const ratings = Array.from({ length: 9 }, (_, i) => i % 2);
    const messages = await copiedRowMessages(dataset(ratings, ratings), split);
    expect(messages).toHaveLength(2);
    expect(messages.join(" ")).not.toMatch(/(?:is a copy|are copies) of|copies straddle|\. Remove/);
    for (const message of messages) expect(message).toContain(". If they are copies, ");
  });

  it("counts those that straddle the parts, whichever of them comes first in the table", async () => {
    // s4 and s6 repeat s0 (training); s7 repeats s5 (validation); s3 stands in training and is repeated by s8
    const [copies, straddling] = await copiedRowMessages(
      dataset([1, 2, 3, 4, 1, 5, 1, 5, 4], new Array(9).fill(0)),
      split,
    );
    expect(copies).toContain("4 of the 9 rows have the same features and targets as an earlier row");
    expect(copies).toContain("(s4 of s0, s6 of s0, s7 of s5, s8 of s3)");
    expect(straddling).toContain(
      "1 validation row stands in the training part too, 2 test rows stand in the training part too, " +
        "1 test row stands in the validation part too",
    );
    expect(straddling).toContain("If they are copies, ");
    expect(straddling).toContain("data.group");
    const swapped = { train: [4, 7, 8, 1], validation: [0, 2], test: [3, 5, 6] };
    const [, again] = await copiedRowMessages(dataset([1, 2, 3, 4, 1, 5, 1, 5, 4], new Array(9).fill(0)), swapped);
    expect(again).toContain(
      "1 validation row stands in the training part too, 3 test rows stand in the training part too",
    );
  });
});

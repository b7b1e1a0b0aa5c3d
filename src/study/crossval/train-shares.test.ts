import { describe, expect, it } from "vitest";
import { parseConfig } from "../../config/load.js";
import { Rng } from "../../math/rng.js";
import { checkedShares, shareFault, shareOfSplit, typedShares } from "./train-shares.js";

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `s${from + i}`);
const split = { train: ids(0, 80), validation: ids(80, 160), test: ids(160, 180), leftOut: ["x"] };
const shareOf = (share: number, groupOf?: ReadonlyMap<string, string>) =>
  shareOfSplit(split, share, groupOf, new Rng("share"));

describe("a share of the training rows", () => {
  it("takes the same share of validation rows, leaves the test rows, and sets the others aside", () => {
    const half = shareOf(0.5);
    expect([half.train.length, half.validation.length]).toEqual([40, 40]);
    expect(half.test).toEqual(split.test);
    expect(half.leftOut).toHaveLength(1 + 40 + 40);
    const all = [...half.train, ...half.validation, ...half.test, ...(half.leftOut ?? [])];
    expect(all.toSorted()).toEqual([...ids(0, 180), "x"].toSorted());
  });

  it("is within every larger share", () => {
    const [quarter, half] = [shareOf(0.25), shareOf(0.5)];
    expect(quarter.train).toHaveLength(20);
    expect(quarter.train.every((id) => half.train.includes(id))).toBe(true);
    expect(quarter.validation.every((id) => half.validation.includes(id))).toBe(true);
  });

  it("leaves as many validation rows as atoms need", () => {
    expect(shareOf(0.1).validation).toHaveLength(30);
  });

  it("keeps groups whole", () => {
    const groupOf = new Map(ids(0, 180).map((id, i) => [id, `g${Math.floor(i / 8)}`]));
    const half = shareOf(0.5, groupOf);
    expect(half.train).toHaveLength(40);
    for (const part of [half.train, half.leftOut ?? []]) {
      const other = part === half.train ? half.leftOut : half.train;
      const groups = new Set(part.filter((id) => split.train.includes(id)).map((id) => groupOf.get(id)));
      expect((other ?? []).some((id) => split.train.includes(id) && groups.has(groupOf.get(id)))).toBe(false);
    }
  });

  it.each(["a,b", "50%", "0.5,", "", "0.5,2", "1e400"])("typed as %j is refused in these words", (text) => {
    expect(() => typedShares(text)).toThrow(`--train-share ${text}: expected shares of the training rows`);
  });

  it("is read as it was typed", () => {
    expect(typedShares("0.25, .5,1")).toEqual([0.25, 0.5, 1]);
  });

  it("ends with all rows, and is refused where it is none or too small", () => {
    expect(checkedShares([0.5, 0.25, 0.5])).toEqual([0.25, 0.5, 1]);
    expect(checkedShares([1])).toEqual([1]);
    for (const shares of [[0], [1.5], [], [Number.NaN]]) expect(() => checkedShares(shares)).toThrow("--train-share");
    const config = parseConfig({
      name: "c",
      data: { file: "t.csv", target: "y", modalities: { a: ["a"] } },
      model: { latentDim: 30 },
    });
    expect(shareFault(0.5, "fold-1", shareOf(0.5), config)).toBeUndefined();
    expect(shareFault(0.25, "fold-1", shareOf(0.25), config)).toContain(
      "--train-share 0.25: fold-1 would have 20 training and 30 validation rows; at least 31 (model.latentDim + 1)",
    );
  });
});

import { describe, expect, it } from "vitest";
import { blockShuffle, blocksAtOnce } from "./block-shuffle.js";
import { Rng } from "./rng.js";

describe("an order by blocks", () => {
  const rows = 10_007;
  const order = blockShuffle(rows, 100, new Rng("order"));

  it("holds every number once, and is one for every stream", () => {
    expect(order.toSorted()).toEqual(Int32Array.from({ length: rows }, (_, i) => i));
    expect(blockShuffle(rows, 100, new Rng("order"))).toEqual(order);
    expect(blockShuffle(rows, 100, new Rng("other"))).not.toEqual(order);
  });

  it("takes few blocks at a time: no more than are held", () => {
    for (let at = 0; at + 256 <= rows; at++) {
      const blocks = new Set(Array.from(order.subarray(at, at + 256), (row) => Math.floor(row / 100)));
      expect(blocks.size).toBeLessThanOrEqual(blocksAtOnce);
    }
    // A block is done with before another window begins.
    const places = Array.from(order, (row, at) => [Math.floor(row / 100), at] as const);
    const last = new Map(places);
    const first = new Map(places.toReversed());
    for (const [block, end] of last) expect(end - (first.get(block) as number)).toBeLessThan(1600);
  });

  it("mixes the rows of a window: neighbours are seldom neighbours in it", () => {
    const steps = order.subarray(1).filter((row, i) => Math.abs(row - order[i]) === 1).length;
    expect(steps).toBeLessThan(rows / 100);
  });

  it("takes rows that fill less than a block", () => {
    expect([...blockShuffle(3, 100, new Rng(1))].sort()).toEqual([0, 1, 2]);
    expect(blockShuffle(0, 100, new Rng(1))).toEqual(new Int32Array(0));
  });
});

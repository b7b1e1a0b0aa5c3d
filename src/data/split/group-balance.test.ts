import { describe, expect, it } from "vitest";
import { GroupDeal, GroupTotals } from "./group-balance.js";

/** Ten groups of two rows each; the target is the number of the group, 0 to 9. */
const group = Array.from({ length: 20 }, (_, i) => `g${Math.floor(i / 2)}`);
const values = Float64Array.from(group, (name) => Number(name.slice(1)));
const totals = new GroupTotals({ group, targets: [{ values }] });
const half = [0.5, 0.5];
/** Parts of the ten groups. */
const deal = (parts: string, shares = half) => new GroupDeal(totals, shares, [...parts].map(Number));

/** The cost of a part that the definition gives, term by term. */
function costOf(rows: readonly number[], wantedRows: number, wantedGroups: number): number {
  const all = [...values];
  const mean = all.reduce((a, b) => a + b) / all.length;
  const sd = Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length);
  const z = rows.map((v) => (v - mean) / sd);
  const shift = z.reduce((a, b) => a + b) / z.length;
  const spread = Math.sqrt(z.reduce((sum, v) => sum + v * v, 0) / z.length - shift ** 2);
  // deciles of 0, 0, 1, 1, .. 9, 9 by linear interpolation between the 20 values in order
  const sorted = all.toSorted((a, b) => a - b);
  const decile = (k: number) => {
    const at = (k / 10) * 19;
    const low = Math.floor(at);
    return sorted[low] + (at - low) * (sorted[Math.min(19, low + 1)] - sorted[low]);
  };
  const share = (list: readonly number[], limit: number) => list.filter((v) => v <= limit).length / list.length;
  let steps = 0;
  for (let k = 1; k <= 9; k++) steps += (share(rows, decile(k)) - share(all, decile(k))) ** 2;
  const groups = rows.length / 2;
  const few = Math.max(0, 1 / groups - 1 / wantedGroups) + Math.max(0, 1 / groups - 1 / 5);
  return 4 * (rows.length / wantedRows - 1) ** 2 + shift ** 2 + (spread - 1) ** 2 + (10 * steps) / 9 + few;
}

describe("how far a deal of groups is from what it should be", () => {
  const rowsOf = (...groups: number[]) => groups.flatMap((g) => [g, g]);

  it("adds sizes, means, spreads, deciles and numbers of groups of every part", () => {
    const even = costOf(rowsOf(0, 2, 4, 6, 8), 10, 5) + costOf(rowsOf(1, 3, 5, 7, 9), 10, 5);
    expect(deal("0101010101").cost).toBeCloseTo(even, 12);
    const torn = costOf(rowsOf(0, 1, 2, 3, 4), 10, 5) + costOf(rowsOf(5, 6, 7, 8, 9), 10, 5);
    expect(deal("0000011111").cost).toBeCloseTo(torn, 12);
    expect(torn).toBeGreaterThan(even + 1);
    // 7 and 3 groups: sizes are off, and three groups are fewer than five
    const uneven = costOf(rowsOf(0, 1, 3, 4, 6, 8, 9), 10, 5) + costOf(rowsOf(2, 5, 7), 10, 5);
    expect(deal("0010010100").cost).toBeCloseTo(uneven, 12);
    expect(deal("0010010100").sizeError).toBeCloseTo(0.2, 12);
  });

  it("is infinite where a part has no row", () => {
    expect(deal("0000000000").cost).toBe(Number.POSITIVE_INFINITY);
  });

  it("keeps moves that help, and takes back those that do not", () => {
    const start = deal("0000011111");
    const before = start.cost;
    expect(
      start.tryMoves([
        { group: 1, to: 1 },
        { group: 8, to: 0 },
      ]),
    ).toBe(true);
    expect(start.cost).toBeCloseTo(deal("0100011101").cost, 9);
    expect(start.cost).toBeLessThan(before);
    const kept = [...start.part];
    const cost = start.cost;
    expect(
      start.tryMoves([
        { group: 0, to: 1 },
        { group: 8, to: 1 },
        { group: 2, to: 1 },
      ]),
    ).toBe(false);
    expect([...start.part]).toEqual(kept);
    expect(start.cost).toBe(cost);
  });
});

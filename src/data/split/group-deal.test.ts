import { describe, expect, it } from "vitest";
import { siteTable } from "../../../test/support/site-table.js";
import { mean, quantile, standardDeviation } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import { type DealtTable, GroupTotals } from "./group-balance.js";
import { dealGroups, improvedDeals, randomDeal } from "./group-deal.js";
import { effectiveGroups, rowsByGroup } from "./groups.js";

const shares = [0.7, 0.1, 0.2];

/** The site table with a second target that has nothing to do with age. */
function siteAges(seed: number, targets = 1): DealtTable {
  const { site, age } = siteTable(seed);
  const rng = new Rng(`weight/${seed}`);
  const shift = new Map([...new Set(site)].map((name) => [name, 3 * rng.normal()]));
  const weight = Float64Array.from(site, (name) => 70 + 5 * ((shift.get(name) ?? 0) + rng.normal()));
  return { group: site, targets: [{ values: age }, { values: weight }].slice(0, targets) };
}

/** What a part of a deal holds, its target beside that of all rows. */
function partOf(table: DealtTable, part: Int32Array, p: number, target = 0) {
  const rows = Int32Array.from(part.keys()).filter((row) => part[row] === p);
  const all = table.targets[target].values;
  const own = Float64Array.from(rows, (row) => all[row]);
  const sizes = [...rowsByGroup(table.group, rows).values()].map(({ length }) => length);
  return {
    rows: rows.length,
    groups: sizes.length,
    effective: effectiveGroups(sizes),
    shift: Math.abs(mean(own) - mean(all)) / standardDeviation(all),
    ratio: standardDeviation(own) / standardDeviation(all),
    quartiles: [0.25, 0.5, 0.75].map((p) => Math.abs(quantile(own, p) - quantile(all, p)) / standardDeviation(all)),
  };
}

describe("dealGroups", () => {
  it("balances sizes, groups and the target of twenty very different sites, whatever the seed", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const table = siteAges(seed);
      const part = dealGroups(table, shares, new Rng(seed));
      for (const [p, share] of shares.entries()) {
        const found = partOf(table, part, p);
        expect(Math.abs(found.rows / (900 * share) - 1)).toBeLessThan(0.15);
        expect(found.groups).toBeGreaterThanOrEqual(4);
        expect(found.effective).toBeGreaterThan(2.5);
        expect(found.shift).toBeLessThan(0.2);
        expect(Math.abs(found.ratio - 1)).toBeLessThan(0.25);
        expect(Math.max(...found.quartiles)).toBeLessThan(0.5);
      }
    }
  });

  it("balances every target", () => {
    const table = siteAges(1, 2);
    const part = dealGroups(table, shares, new Rng(1));
    for (const p of shares.keys()) {
      for (const target of [0, 1]) {
        expect(partOf(table, part, p, target).shift).toBeLessThan(0.3);
        expect(Math.abs(partOf(table, part, p, target).ratio - 1)).toBeLessThan(0.3);
      }
    }
  });

  it("keeps the best deal: none that it looks at is better balanced", () => {
    for (const seed of [1, 2, 3]) {
      const table = siteAges(seed);
      const totals = new GroupTotals(table);
      const rng = new Rng(seed);
      const deals = Array.from({ length: 32 }, (_, k) => randomDeal(totals, shares, rng.split(`groups/${k}`)));
      const improved = improvedDeals(totals, shares, deals, rng);
      const costs = improved.map(({ cost }) => cost);
      const best = improved[costs.indexOf(Math.min(...costs))];
      expect(Math.max(...costs)).toBeGreaterThan(1.2 * best.cost);
      improved.forEach((deal, k) => {
        expect(deal.cost).toBeLessThanOrEqual(deals[k].cost);
      });
      const home = new Map(totals.names.map((name, g) => [name, best.part[g]]));
      expect([...dealGroups(table, shares, rng)]).toEqual(table.group.map((name) => home.get(name)));
    }
  });

  it("keeps the deal of the best sizes where that is as balanced as single rows, as of many small groups", () => {
    const group = Array.from({ length: 3000 }, (_, i) => `subject${Math.floor(i / (1 + (i % 3)))}`);
    const values = Float64Array.from(group, (_, i) => new Rng(`y/${i}`).normal());
    const table = { group, targets: [{ values }] };
    const totals = new GroupTotals(table);
    const deals = Array.from({ length: 32 }, (_, k) => randomDeal(totals, shares, new Rng(7).split(`groups/${k}`)));
    const errors = deals.map(({ sizeError }) => sizeError);
    const first = deals[errors.indexOf(Math.min(...errors))];
    expect(Math.max(...errors)).toBeGreaterThan(Math.min(...errors));
    const home = new Map(totals.names.map((name, g) => [name, first.part[g]]));
    expect([...dealGroups(table, shares, new Rng(7))]).toEqual(group.map((name) => home.get(name)));
  });

  it("does not depend on unit and origin of a target", () => {
    const table = siteAges(4);
    const [{ values }] = table.targets;
    const other = { ...table, targets: [{ values: values.map((value) => 1e6 + 7 * value) }] };
    expect([...dealGroups(other, shares, new Rng(4))]).toEqual([...dealGroups(table, shares, new Rng(4))]);
  });

  it("knows more than 256 parts", () => {
    const group = Array.from({ length: 600 }, (_, i) => `g${i % 300}`);
    const targets = [{ values: Float64Array.from(group, (_, i) => i % 7) }];
    const part = dealGroups({ group, targets }, new Array<number>(300).fill(1 / 300), new Rng(1));
    expect(new Set(part).size).toBe(300);
  });
});

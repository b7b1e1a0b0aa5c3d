import type { Rng } from "../../math/rng.js";
import { type DealtTable, GroupDeal, GroupTotals } from "./group-balance.js";

/** Random deals that are looked at. */
const attempts = 32;
/** The first of them, which are improved where none will do. */
const improved = 8;
/** Most exchanges that are tried on one of them. */
const mostTried = 40_000;

/**
 * Deals whole groups to parts of the wanted shares, so that the parts agree in the distribution of the targets and in the
 * number of groups as well as the sizes of the groups allow. Of 32 random deals the one with the best sizes is kept if it is
 * as balanced as rows that are drawn one by one, as with many small groups. Else groups are moved and exchanged between the
 * parts of eight of them until nothing is gained, and the best is kept.
 * @param shares wanted shares of the rows, each above 0
 * @returns part of each row
 */
export function dealGroups(table: DealtTable, shares: readonly number[], rng: Rng): Int32Array {
  const totals = new GroupTotals(table);
  const deals = Array.from({ length: attempts }, (_, k) => randomDeal(totals, shares, rng.split(`groups/${k}`)));
  const first = least(deals, ({ sizeError }) => sizeError);
  const best = first.isLikeRows() ? first : least(improvedDeals(totals, shares, deals, rng), ({ cost }) => cost);
  const home = new Map(totals.names.map((name, g) => [name, best.part[g]]));
  return Int32Array.from(table.group, (name) => home.get(name) ?? 0);
}

/** The first few deals, each improved by itself. */
export function improvedDeals(
  totals: GroupTotals,
  shares: readonly number[],
  deals: readonly GroupDeal[],
  rng: Rng,
): GroupDeal[] {
  return deals.slice(0, improved).map((deal, k) => improve(totals, shares, deal, rng.split(`exchange/${k}`)));
}

/** Groups in random order, each to the part that is relatively farthest from its share. */
export function randomDeal(totals: GroupTotals, shares: readonly number[], rng: Rng): GroupDeal {
  const order = rng.permutation(totals.names.length);
  const dealt = deal(
    Array.from(order, (g) => totals.sizes[g]),
    shares,
  );
  const part = new Int32Array(order.length);
  order.forEach((g, i) => {
    part[g] = dealt[i];
  });
  return new GroupDeal(totals, shares, part);
}

/** Gives each unit, in order, to the part that is relatively farthest from its share. */
export function deal(sizes: readonly number[], wanted: readonly number[]): Int32Array {
  const filled = wanted.map(() => 0);
  return Int32Array.from(sizes, (size) => {
    let part = 0;
    for (let p = 1; p < wanted.length; p++) {
      if (wanted[p] > 0 && filled[p] / wanted[p] < filled[part] / wanted[part]) part = p;
    }
    filled[part] += size;
    return part;
  });
}

/** Moves and exchanges groups between parts while that helps. */
function improve(totals: GroupTotals, shares: readonly number[], start: GroupDeal, rng: Rng): GroupDeal {
  const deal = new GroupDeal(totals, shares, start.part);
  const order = rng.permutation(totals.names.length);
  let left = mostTried;
  for (let gained = true; gained && left > 0; ) {
    gained = false;
    for (let i = 0; i < order.length && left > 0; i++) {
      for (let p = 0; p < shares.length; p++) {
        if (p === deal.part[order[i]]) continue;
        left--;
        gained = deal.tryMoves([{ group: order[i], to: p }]) || gained;
      }
      for (let j = i + 1; j < order.length && left > 0; j++) {
        const [a, b] = [order[i], order[j]];
        if (deal.part[a] === deal.part[b]) continue;
        left--;
        const exchange = [
          { group: a, to: deal.part[b] },
          { group: b, to: deal.part[a] },
        ];
        gained = deal.tryMoves(exchange) || gained;
      }
    }
  }
  return deal;
}

/** The first of the deals with the least value. */
function least(deals: readonly GroupDeal[], value: (deal: GroupDeal) => number): GroupDeal {
  return deals.reduce((best, deal) => (value(deal) < value(best) ? deal : best));
}

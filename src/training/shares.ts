import type { LossesConfig } from "../config/losses.js";
import { outputWidth, type TrainingData, takeRows } from "./data.js";
import { costOfRows } from "./validation.js";

/** What a network says of the validation rows and what others do, row-major [validation rows, outputs]. */
export interface Compared {
  readonly data: TrainingData;
  readonly losses: LossesConfig;
  readonly network: Float32Array;
  /** Of which one is mixed in. */
  readonly others: readonly Float64Array[];
  /** Shares that are tried, the first 0. */
  readonly grid: readonly number[];
}

/** Which of the others is mixed in, how much of every output it is, and the outputs that follow. */
export interface Shares {
  readonly other: number;
  /** [targets] */
  readonly shares: readonly number[];
  /** Row-major [validation rows, outputs], each row by the shares that the rows of the other folds choose. */
  readonly crossed: Float32Array;
  /** Loss of the validation rows by the network alone, and by `crossed`. */
  readonly before: number;
  readonly after: number;
}

/** One of the others, and how much of every output it is. */
type Mix = Pick<Shares, "other" | "shares">;

/**
 * The mix of the least cost of the task on the validation rows; all shares are 0 where mixes that the rows of other folds chose do not
 * lower the cost of a row's own.
 * @param folds fold of each validation row; null where all rows choose
 * @param least by which share of itself the cost has to be lower
 */
export function chosenShares(compared: Compared, folds: Int32Array | null, least = 0): Shares {
  const { data, losses, network } = compared;
  const all = Int32Array.from(data.validationRows.keys());
  const mix = bestMix(compared, all);
  const crossed = folds === null ? mixed(compared, all, mix) : crossedMix(compared, folds);
  const cost = (outputs: Float32Array) => costOfRows(data, losses, data.validationRows, outputs).loss;
  const [before, after] = [cost(network), cost(crossed)];
  if (after < before - least * Math.abs(before)) return { ...mix, crossed, before, after };
  return { other: mix.other, shares: mix.shares.map(() => 0), crossed: network, before, after: before };
}

function crossedMix(compared: Compared, folds: Int32Array): Float32Array {
  const width = outputWidth(compared.data);
  const out = new Float32Array(compared.network.length);
  for (let fold = 0; fold <= Math.max(...folds); fold++) {
    const rest = Int32Array.from(folds.keys()).filter((i) => folds[i] !== fold);
    const own = Int32Array.from(folds.keys()).filter((i) => folds[i] === fold);
    const values = mixed(compared, own, bestMix(compared, rest));
    own.forEach((row, i) => {
      out.set(values.subarray(i * width, (i + 1) * width), row * width);
    });
  }
  return out;
}

/** @param at places among the validation rows */
function bestMix(compared: Compared, at: Int32Array): Mix {
  const mixes = compared.others.map((_, other) => bestShares(compared, at, other));
  return mixes.reduce((best, own) => (own.cost < best.cost ? own : best));
}

/** One target after the other: the cost of several is least where that of each is. */
function bestShares(compared: Compared, at: Int32Array, other: number): Mix & { readonly cost: number } {
  const { data, losses, grid } = compared;
  const rows = Int32Array.from(at, (i) => data.validationRows[i]);
  const shares = data.targetNames.map(() => 0);
  let cost = Number.POSITIVE_INFINITY;
  for (const t of shares.keys()) {
    const costs = grid.map((share) => {
      const tried = shares.map((own, k) => (k === t ? share : own));
      return costOfRows(data, losses, rows, mixed(compared, at, { other, shares: tried })).loss;
    });
    cost = Math.min(...costs);
    shares[t] = grid[costs.indexOf(cost)];
  }
  return { other, shares, cost };
}

/** (1 - share) network + share other, of the given rows. */
function mixed({ data, network, others }: Compared, at: Int32Array, { other, shares }: Mix): Float32Array {
  const width = outputWidth(data);
  const each = width / shares.length;
  const beside = others[other];
  const out = takeRows(network, width, at);
  at.forEach((row, i) => {
    for (let k = 0; k < width; k++) {
      const share = shares[Math.floor(k / each)];
      out[i * width + k] += share * (beside[row * width + k] - out[i * width + k]);
    }
  });
  return out;
}

import type { LossesConfig } from "../config/losses.js";
import { outputWidth, type TrainingData, takeRows } from "./data.js";
import { costOfRows } from "./validation.js";

/** What two models say of the validation rows, row-major [validation rows, outputs]. */
export interface Compared {
  readonly data: TrainingData;
  readonly losses: LossesConfig;
  readonly network: Float32Array;
  readonly other: Float64Array;
  /** Shares of the other that are tried, the first 0. */
  readonly grid: readonly number[];
}

/** How much of every output is the other model, [targets], and the outputs that follow. */
export interface Shares {
  readonly shares: readonly number[];
  /** Row-major [validation rows, outputs], each row by the shares that the rows of the other folds choose. */
  readonly crossed: Float32Array;
  /** Loss of the validation rows by the network alone, and by `crossed`. */
  readonly before: number;
  readonly after: number;
}

/**
 * The shares of the least cost of the task on the validation rows; all 0 where shares that the rows of other folds chose do not
 * lower the cost of a row's own.
 * @param folds fold of each validation row; null where all rows choose
 * @param least by which share of itself the cost has to be lower
 */
export function chosenShares(compared: Compared, folds: Int32Array | null, least = 0): Shares {
  const { data, losses, network } = compared;
  const all = Int32Array.from(data.validationRows.keys());
  const shares = bestShares(compared, all);
  const crossed = folds === null ? mixed(compared, all, shares) : crossedMix(compared, folds);
  const cost = (outputs: Float32Array) => costOfRows(data, losses, data.validationRows, outputs).loss;
  const [before, after] = [cost(network), cost(crossed)];
  if (after < before - least * Math.abs(before)) return { shares, crossed, before, after };
  return { shares: shares.map(() => 0), crossed: network, before, after: before };
}

function crossedMix(compared: Compared, folds: Int32Array): Float32Array {
  const width = outputWidth(compared.data);
  const out = new Float32Array(compared.network.length);
  for (let fold = 0; fold <= Math.max(...folds); fold++) {
    const rest = Int32Array.from(folds.keys()).filter((i) => folds[i] !== fold);
    const own = Int32Array.from(folds.keys()).filter((i) => folds[i] === fold);
    const values = mixed(compared, own, bestShares(compared, rest));
    own.forEach((row, i) => {
      out.set(values.subarray(i * width, (i + 1) * width), row * width);
    });
  }
  return out;
}

/** One target after the other: the cost of several is least where that of each is. @param at places among the validation rows */
function bestShares(compared: Compared, at: Int32Array): number[] {
  const { data, losses, grid } = compared;
  const rows = Int32Array.from(at, (i) => data.validationRows[i]);
  const shares = data.targetNames.map(() => 0);
  for (const t of shares.keys()) {
    const costs = grid.map((share) => {
      const outputs = mixed(
        compared,
        at,
        shares.map((own, k) => (k === t ? share : own)),
      );
      return costOfRows(data, losses, rows, outputs).loss;
    });
    shares[t] = grid[costs.indexOf(Math.min(...costs))];
  }
  return shares;
}

/** (1 - share) network + share other, of the given rows. */
function mixed({ data, network, other }: Compared, at: Int32Array, shares: readonly number[]): Float32Array {
  const width = outputWidth(data);
  const each = width / shares.length;
  const out = takeRows(network, width, at);
  at.forEach((row, i) => {
    for (let k = 0; k < width; k++) {
      const share = shares[Math.floor(k / each)];
      out[i * width + k] += share * (other[row * width + k] - out[i * width + k]);
    }
  });
  return out;
}

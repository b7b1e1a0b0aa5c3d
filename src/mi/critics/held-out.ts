import { mean } from "../../math/descriptive.js";
import type { Rng } from "../../math/rng.js";
import type { RowGroups } from "../../pid/estimate/row-groups.js";
import { pairSums } from "../bound.js";
import { bitsPerNat, type Estimate, errorOfMean } from "../estimate.js";
import { pairsOf } from "../pairs.js";
import type { Critic } from "./critic.js";

/** Rows that critics scored which did not see them: rows of one part were scored by one. */
export interface ScoredParts {
  readonly parts: readonly Int32Array[];
  /** Null where rows are independent. */
  readonly groups: RowGroups | null;
}

/**
 * mean t(x_i, y_i) - log mean e^u(x_i, y_j) over pairs of different rows, part by part, averaged by rows, bits. The standard error
 * is that of the influence psi_i = t_ii - (rows / pairs m) [ sum_j e^u_ij + sum_j e^u_ji ], m the mean of e^u in the part.
 *
 * With u = t this is Donsker and Varadhan's value (MINE): a lower bound where m is known, but the logarithm of the mean of
 * finitely many pairs is too small on average (Jensen), so that the value is none.
 * @param joint   t
 * @param product u
 */
export function heldOutLogMean(joint: Critic, product: Critic, { parts, groups }: ScoredParts): Estimate {
  const n = parts.reduce((sum, { length }) => sum + length, 0);
  const psi = new Float64Array(n);
  for (const rows of parts) {
    const { m, ofRow } = pairSums(product, rows, pairsOf(rows, groups, n));
    for (let i = 0; i < rows.length; i++) psi[rows[i]] = joint(rows[i], rows[i]) - Math.log(m) + 2 - ofRow[i] / m;
  }
  return ofInfluence(psi, groups);
}

/** Rows of a batch of InfoNCE. */
export const infoNceRows = 64;

/**
 * mean_i log (K p_ii) over batches of about 64 scored rows, p_ij = e^t_ij / sum_j e^t_ij, bits: a lower bound, which the size K of the
 * batches bounds by log2 K. The standard error is that of the influence psi_i = log (K p_ii) + 1 - sum_k p_ki.
 * @param rng which rows make a batch
 */
export function heldOutInfoNce(critic: Critic, { parts, groups }: ScoredParts, rng: Rng): Estimate {
  const n = parts.reduce((sum, { length }) => sum + length, 0);
  const psi = new Float64Array(n);
  let smallest = n;
  parts.forEach((rows, part) => {
    for (const batch of batchesOf(rows, groups, rng.split(`part/${part}`))) {
      smallest = Math.min(smallest, batch.length);
      const { shares, logs } = batchShares(critic, batch);
      const size = batch.length;
      for (let i = 0; i < size; i++) {
        let chosen = 0;
        for (let k = 0; k < size; k++) chosen += shares[k * size + i];
        psi[batch[i]] = logs[i] + 1 - chosen;
      }
    }
  });
  const estimate = ofInfluence(psi, groups);
  const most = Math.log2(smallest);
  if (estimate.bits < most - 1) return estimate;
  const warning = `batches of ${smallest} rows show ${most.toFixed(1)} bits at most, so the value may be far too small`;
  return { ...estimate, warnings: [warning] };
}

/** InfoNCE of one batch, nats: mean_i log (K p_ii). */
export function infoNceOf(critic: Critic, batch: ArrayLike<number>): number {
  return mean(batchShares(critic, batch).logs);
}

/** p_ij [batch, batch], and log (batch p_ii) [batch]. */
function batchShares(critic: Critic, batch: ArrayLike<number>) {
  const size = batch.length;
  const shares = new Float64Array(size * size);
  const logs = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const own = shares.subarray(i * size, (i + 1) * size);
    for (let j = 0; j < size; j++) own[j] = critic(batch[i], batch[j]);
    const largest = own.reduce((most, t) => Math.max(most, t));
    const logSum = largest + Math.log(own.reduce((sum, t) => sum + Math.exp(t - largest), 0));
    logs[i] = own[i] - logSum + Math.log(size);
    for (let j = 0; j < size; j++) own[j] = Math.exp(own[j] - logSum);
  }
  return { shares, logs };
}

/**
 * Rows dealt to batches of about 64 at random, no two rows of one group in a batch: as many batches as the largest group has rows,
 * where these are more.
 */
export function batchesOf(rows: Int32Array, groups: RowGroups | null, rng: Rng): number[][] {
  const order = Array.from(rng.permutation(rows.length), (p) => rows[p]);
  let largest = 1;
  if (groups !== null) {
    order.sort((a, b) => groups.of[a] - groups.of[b]);
    const sizes = new Map<number, number>();
    for (const r of order) sizes.set(groups.of[r], (sizes.get(groups.of[r]) ?? 0) + 1);
    largest = Math.max(...sizes.values());
  }
  const count = Math.max(largest, Math.round(rows.length / infoNceRows));
  return Array.from({ length: count }, (_, b) => order.filter((_r, p) => p % count === b));
}

/** An estimate that is the mean of the influences of its rows, nats. */
function ofInfluence(psi: Float64Array, groups: RowGroups | null): Estimate {
  const value = mean(psi);
  return {
    bits: value * bitsPerNat,
    standardError: errorOfMean(psi, groups) * bitsPerNat,
    n: psi.length,
    converged: Number.isFinite(value),
    warnings: [],
  };
}

import type { Rng } from "../../math/rng.js";

/** Range of the log of the signal-to-noise ratio, e^-6 to e^10: below it nothing of x is left, above it nothing is hidden. */
export const logSnrRange = { least: -6, most: 10 } as const;

/** Smooth functions of the log-SNR that a network is given beside it. */
const bumps = 8;

/** Inputs of the network that tell the log-SNR. */
export const timeWidth = bumps + 1;

/** A column of noise mixed into x: x_t = signal x + noise e, with signal^2 + noise^2 = 1 and log(signal^2 / noise^2) the log-SNR. */
export function mixing(logSnr: number): { readonly signal: number; readonly noise: number } {
  return { signal: Math.sqrt(1 / (1 + Math.exp(-logSnr))), noise: Math.sqrt(1 / (1 + Math.exp(logSnr))) };
}

/** Fills `out`, [timeWidth], with the log-SNR scaled to -1 .. 1 and bumps along it. */
export function timeFeatures(logSnr: number, out: Float32Array): void {
  const u = (2 * (logSnr - logSnrRange.least)) / (logSnrRange.most - logSnrRange.least) - 1;
  out[0] = u;
  for (let k = 0; k < bumps; k++) {
    const centre = (2 * (k + 0.5)) / bumps - 1;
    out[1 + k] = Math.exp(-0.5 * ((u - centre) / 0.25) ** 2);
  }
}

/** A log-SNR in the part `stratum` of `strata` equal parts of the range. */
export function logSnrIn(stratum: number, strata: number, rng: Rng): number {
  return logSnrRange.least + ((logSnrRange.most - logSnrRange.least) * (stratum + rng.uniform())) / strata;
}

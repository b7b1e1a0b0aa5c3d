/** What the sampling error of a small information rests on. */
export interface SmallInformation {
  /** Bits, less the bias. */
  readonly value: number;
  /** Bits, as the rows show it. */
  readonly plugIn: number;
  readonly error: number;
  /** Independent rows. */
  readonly rows: number;
  /** Columns of the target. */
  readonly targets: number;
  /** (targets x columns) that could show it by chance. */
  readonly freedom: number;
  /** Factor on standard errors for residuals that were fitted on the same rows. */
  readonly inflation: number;
}

/**
 * Upper end of an interval of an information by Fisher's transform. Small estimates have small errors, both by the same
 * chance, so that value + z error ends too low. Of m target columns that are equally well known, I = -m/2 log2(1 - ρ²), and
 * artanh ρ has a variance that does not depend on ρ, 1 / (m n) of Gaussian rows: the end is where artanh ρ is z errors up,
 *   artanh ρ_end = artanh ρ + z max(1 / sqrt(m n), error ln 2 / (m ρ))
 * with ρ of the value, or, if that is more, of what the rows show less the bias of all degrees of freedom but one: the
 * direction of the information itself. The second error is that of `error`, which is larger where tails are heavy. Source:
 * Fisher 1915.
 * @returns at least value + z error
 */
export function fisherUpperEnd(given: SmallInformation, z: number): number {
  const { value, plugIn, error, rows, targets, freedom, inflation } = given;
  const bias = (freedom - 1) / (2 * Math.LN2 * rows);
  const shown = Math.max(value, plugIn - bias, 0);
  const correlation = Math.sqrt(1 - 2 ** ((-2 * shown) / targets));
  const ofRows = Math.sqrt(1 - 2 ** ((-2 * Math.max(value, plugIn)) / targets));
  const gaussian = inflation / Math.sqrt(targets * rows);
  const spread = ofRows > 0 ? Math.max(gaussian, (error * Math.LN2) / (targets * ofRows)) : gaussian;
  const end = Math.tanh(Math.atanh(Math.min(correlation, 1 - 1e-15)) + z * spread);
  return Math.max(value + z * error, (-targets / 2) * Math.log2(1 - end * end));
}

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

/** Rounds of a fixed point that comes closer by at least a half each. */
const rounds = 40;

/**
 * Upper end of an interval of an information by its score: the largest I with (I - value)² <= z² V(I), where V is the
 * variance of the estimate were I true. Small estimates have small errors, both by the same chance, so that value + z error
 * ends too low; as for a proportion (Wilson 1927). Of Gaussian rows, with m target columns,
 *   V(I) = m (1 - 2^(-2 I / m)) / (n ln² 2) + f / (2 n² ln² 2)
 * the second term being that of χ² with f degrees of freedom, which is left where I = 0. The first is scaled to the error
 * that was measured, if that is larger.
 * @returns at least value + z error
 */
export function scoreUpperEnd(given: SmallInformation, z: number): number {
  const { value, plugIn, error, rows, targets, freedom, inflation } = given;
  const share = (bits: number) => targets * (1 - 2 ** ((-2 * bits) / targets));
  const nats = Math.LN2 ** 2;
  const gaussian = inflation ** 2 / (rows * nats);
  const shown = share(Math.max(value, plugIn));
  const scale = shown > 0 ? Math.max(gaussian, error ** 2 / shown) : gaussian;
  const chance = (inflation ** 2 * freedom) / (2 * rows ** 2 * nats);
  let end = value + z * error;
  for (let i = 0; i < rounds; i++) end = Math.max(end, value + z * Math.sqrt(scale * share(end) + chance));
  return end;
}

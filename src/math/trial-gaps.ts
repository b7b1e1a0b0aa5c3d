const guideBits = 10;

/**
 * How many trials fail before the next success, in independent trials of one rate: a geometric distribution, drawn by inversion
 * with a guide table. With few successes this is far less work than a draw for every trial.
 *   P(gap <= k) = 1 - (1 - rate)^(k + 1), in steps of 2^-32; gaps beyond the last step are 2^-32 likely and drawn as the longest
 * Source: Chen & Asau 1974 (guide tables); Devroye 1986, X.2 (geometric distribution).
 */
export class TrialGaps {
  private readonly below: Float64Array;
  private readonly guide: Uint16Array;

  /** @param rate probability of a success, 0.001 to 1 */
  constructor(rate: number) {
    this.below = cumulative(rate);
    this.guide = guideTable(this.below);
  }

  /** @param bits 32 random bits, 0 to 2^32 - 1 */
  at(bits: number): number {
    const { below } = this;
    let gap = this.guide[bits >>> (32 - guideBits)];
    while (below[gap] <= bits) gap++;
    return gap;
  }
}

/** 2^32 P(gap <= k) for k = 0, 1, .., until nothing of 32 bits is left; the last step takes what rounding leaves. */
function cumulative(rate: number): Float64Array {
  const steps: number[] = [];
  for (let fail = 1 - rate; fail > 2 ** -32; fail *= 1 - rate) steps.push(2 ** 32 * (1 - fail));
  return Float64Array.from([...steps, 2 ** 32]);
}

/** The least gap that bits which begin with `i` can have, for every beginning `i`. */
function guideTable(below: Float64Array): Uint16Array {
  let gap = 0;
  return Uint16Array.from({ length: 2 ** guideBits }, (_, i) => {
    while (below[gap] <= i * 2 ** (32 - guideBits)) gap++;
    return gap;
  });
}

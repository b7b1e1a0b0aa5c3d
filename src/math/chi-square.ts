/**
 * Natural logarithm of the gamma function, x > 0. Recurs upwards to x >= 10, then Stirling's series to x^-9 (truncation below
 * 1e-14).
 * @throws RangeError for x <= 0 or NaN
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma: x must be positive, got ${x}`);
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const t = 1 / (z * z);
  const series = (1 / 12 - t * (1 / 360 - t * (1 / 1260 - t * (1 / 1680 - t / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/**
 * P(X > x) for X chi-square with `dof` degrees of freedom: the regularised upper incomplete gamma function Q(dof/2, x/2), by
 * its series below dof/2 + 1 and its continued fraction above (DLMF 8.7.1, 8.9.2). Relative accuracy about 1e-12, in the far
 * tail too.
 * @throws RangeError for x < 0, or dof that is not positive
 */
export function chiSquareTail(x: number, dof: number): number {
  if (!(dof > 0)) throw new RangeError(`chiSquareTail: degrees of freedom must be positive, got ${dof}`);
  if (!(x >= 0)) throw new RangeError(`chiSquareTail: x must be at least 0, got ${x}`);
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const [a, z] = [dof / 2, x / 2];
  const front = Math.exp(a * Math.log(z) - z - logGamma(a));
  return z < a + 1 ? 1 - front * lowerSeries(a, z) : front * upperFraction(a, z);
}

function lowerSeries(a: number, z: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= z / (a + k);
    sum += term;
  }
  return sum;
}

/** Lentz's method. */
function upperFraction(a: number, z: number): number {
  const tiny = 1e-300;
  let b = z + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 10_000; k++) {
    const an = -k * (k - a);
    b += 2;
    d = 1 / nonZero(an * d + b, tiny);
    c = nonZero(b + an / c, tiny);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) return value;
  }
  throw new RangeError(`chiSquareTail: no convergence at a = ${a}, z = ${z}`);
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

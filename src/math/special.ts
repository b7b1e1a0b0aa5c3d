const SQRT_2PI = Math.sqrt(2 * Math.PI);

/**
 * Digamma function psi(x) = d/dx log Gamma(x), for x > 0.
 * Recurs upwards to x >= 10, then the asymptotic series to x^-12 (truncation below 1e-15).
 * @throws RangeError for x <= 0 or NaN
 */
export function digamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`digamma: x must be positive, got ${x}`);
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift -= 1 / z;
    z += 1;
  }
  const t = 1 / (z * z);
  const series = t * (1 / 12 - t * (1 / 120 - t * (1 / 252 - t * (1 / 240 - t * (1 / 132 - (t * 691) / 32760)))));
  return shift + Math.log(z) - 0.5 / z - series;
}

/** Density of N(0, 1) at x. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / SQRT_2PI;
}

/** Log density of N(mean, sd^2) at x, in nats. */
export function logNormalDensity(x: number, mean = 0, sd = 1): number {
  const t = (x - mean) / sd;
  return -0.5 * t * t - Math.log(sd * SQRT_2PI);
}

/** P(N(0, 1) <= x), relative accuracy about 1e-15 in the lower tail too. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}

/**
 * Quantile of N(0, 1): the x with normalCdf(x) = p, relative accuracy about 1e-16.
 * Wichura 1988, algorithm AS 241 (PPND16). p = 0 and 1 give -Infinity and Infinity.
 * @throws RangeError for p outside [0, 1] or NaN
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`normalQuantile: p must lie in [0, 1], got ${p}`);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(as241.a, as241.b, 0.180625 - q * q);
  const tail = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const x = tail <= 5 ? ratio(as241.c, as241.d, tail - 1.6) : ratio(as241.e, as241.f, tail - 5);
  return q < 0 ? -x : x;
}

/** Error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return erfCentre(x);
  return x > 0 ? 1 - erfcTail(y) : erfcTail(y) - 1;
}

/** Complementary error function 1 - erf(x), without cancellation for large x (Cody 1969). */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (Number.isNaN(x)) return Number.NaN;
  if (y <= 0.46875) return 1 - erfCentre(x);
  return x > 0 ? erfcTail(y) : 2 - erfcTail(y);
}

function erfCentre(x: number): number {
  return x * ratio(cody.a, cody.b, x * x);
}

function erfcTail(y: number): number {
  if (y > 27.3) return 0;
  const t = 1 / (y * y);
  const value = y <= 4 ? ratio(cody.c, cody.d, y) : (1 / Math.sqrt(Math.PI) - t * ratio(cody.p, cody.q, t)) / y;
  // exp(-y^2) split in two so that the rounding of y^2 does not enter the exponent
  const head = Math.trunc(y * 16) / 16;
  return Math.exp(-head * head) * Math.exp(-(y - head) * (y + head)) * value;
}

/** Quotient of two polynomials in x, coefficients from the constant term upwards. */
function ratio(numerator: readonly number[], denominator: readonly number[], x: number): number {
  return horner(numerator, x) / horner(denominator, x);
}

function horner(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i];
  return value;
}

/** W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969); constant term first. */
const cody = {
  a: [3.2093775891384694e3, 3.77485237685302e2, 1.1386415415105016e2, 3.1611237438705655, 1.8577770618460315e-1],
  b: [2.844236833439171e3, 1.2826165260773723e3, 2.4402463793444417e2, 2.3601290952344122e1, 1],
  c: [
    1.2303393547979972e3, 2.0510783778260716e3, 1.7120476126340707e3, 8.81952221241769e2, 2.986351381974001e2,
    6.611919063714163e1, 8.883149794388377, 5.641884969886701e-1, 2.1531153547440383e-8,
  ],
  d: [
    1.2303393548037495e3, 3.4393676741437216e3, 4.362619090143247e3, 3.2907992357334597e3, 1.6213895745666903e3,
    5.371811018620099e2, 1.176939508913125e2, 1.5744926110709835e1, 1,
  ],
  p: [
    6.587491615298378e-4, 1.6083785148742275e-2, 1.2578172611122926e-1, 3.6034489994980445e-1, 3.0532663496123236e-1,
    1.6315387137302097e-2,
  ],
  q: [2.3352049762686918e-3, 6.051834131244132e-2, 5.279051029514285e-1, 1.8729528499234673, 2.568520192289822, 1],
} as const;

/** Wichura 1988, AS 241, PPND16; constant term first. */
const as241 = {
  a: [
    3.3871328727963665, 1.3314166789178438e2, 1.9715909503065513e3, 1.373169376550946e4, 4.592195393154987e4,
    6.72657709270087e4, 3.343057558358813e4, 2.5090809287301227e3,
  ],
  b: [
    1, 4.231333070160091e1, 6.871870074920579e2, 5.394196021424751e3, 2.1213794301586597e4, 3.930789580009271e4,
    2.8729085735721943e4, 5.226495278852854e3,
  ],
  c: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    2.417807251774506e-1, 2.2723844989269184e-2, 7.745450142783414e-4,
  ],
  d: [
    1, 2.053191626637759, 1.6763848301838038, 6.897673349851e-1, 1.4810397642748008e-1, 1.5198666563616457e-2,
    5.475938084995345e-4, 1.0507500716444169e-9,
  ],
  e: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 2.9656057182850487e-1, 2.6532189526576124e-2,
    1.2426609473880784e-3, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  f: [
    1, 5.99832206555888e-1, 1.369298809227358e-1, 1.4875361290850615e-2, 7.868691311456133e-4, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
} as const;

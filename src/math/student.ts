/** Degrees of freedom from which Student's t is nearly normal, and a series of so many terms is not worth it. */
const nearlyNormal = 2000;

/**
 * P(|T| <= t) of Student's t with whole degrees of freedom, by the finite series in θ = atan(t / sqrt(df)).
 * Source: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4.
 */
function centralProbability(t: number, df: number): number {
  const theta = Math.atan(t / Math.sqrt(df));
  const squared = Math.cos(theta) ** 2;
  const odd = df % 2 === 1;
  let term = odd ? Math.cos(theta) : 1;
  let sum = df === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= df - 2; k += 2) {
    term *= (squared * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

/**
 * Half width of a two-sided interval of a mean in standard errors: t with P(|T| <= t) = level.
 * @param df degrees of freedom, whole, at least 1; more than 2000 count as 2000
 * @throws RangeError for other degrees of freedom, or a level that is not between 0 and 1
 */
export function studentLimit(level: number, df: number): number {
  if (!(Number.isInteger(df) && df >= 1)) throw new RangeError(`degrees of freedom: expected 1, 2, .., got ${df}`);
  if (!(level > 0 && level < 1)) throw new RangeError(`level: expected a number between 0 and 1, got ${level}`);
  const used = Math.min(df, nearlyNormal);
  let low = 0;
  let high = 1;
  while (centralProbability(high, used) < level) high *= 2;
  for (let step = 0; step < 100 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, used) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

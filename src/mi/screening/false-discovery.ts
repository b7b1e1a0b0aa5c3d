/**
 * Smallest false discovery rate at which each test is a discovery: q_(i) = min over j >= i of m p_(j) / j.
 * (Benjamini & Hochberg 1995; holds for independent and positively dependent tests.)
 * @returns [tests] in the order given, each at most 1
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const m = pValues.length;
  const order = Array.from(pValues, (_, i) => i).sort((i, j) => pValues[i] - pValues[j]);
  const q = new Float64Array(m);
  let least = 1;
  for (let place = m; place > 0; place--) {
    const test = order[place - 1];
    least = Math.min(least, (m * pValues[test]) / place);
    q[test] = least;
  }
  return q;
}

import { integrate } from "../../math/quadrature.js";
import { normalDensity } from "../../math/special.js";
import { gaussianEntropy } from "./scale-mixture.js";

/*
 * Y = u1 where s > 0, else u2, plus noise e, all independent standard normal: N(0, 1 + noise^2). Given u1 it is an even mixture of
 * N(u1, noise^2) and N(0, 1 + noise^2).
 */

/** Beyond this many standard deviations a normal weight is below 1e-17. */
const reach = 8.7;

/** Differential entropy of Y given u1 = u, bits. */
function entropyGiven(u: number, noise: number, tolerance: number): number {
  const wide = Math.sqrt(1 + noise ** 2);
  const term = (y: number) => {
    const density = (normalDensity((y - u) / noise) / noise + normalDensity(y / wide) / wide) / 2;
    return density > 0 ? -density * Math.log2(density) : 0;
  };
  // Cut where the narrow half rises, so that no panel steps over it.
  const cuts = [-reach * wide, u - reach * noise, u, u + reach * noise, reach * wide].sort((a, b) => a - b);
  return cuts.slice(1).reduce((sum, to, k) => sum + integrate(term, cuts[k], to, { tolerance }), 0);
}

/** I(Y; u1) = h(Y) - E h(Y | u1), bits, by adaptive quadrature. */
export function switchInformation(noise: number, tolerance = 1e-9): number {
  const given = (u: number) => normalDensity(u) * entropyGiven(u, noise, tolerance);
  return gaussianEntropy(1 + noise ** 2) - 2 * integrate(given, 0, reach, { tolerance });
}

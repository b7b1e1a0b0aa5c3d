/** Fewest rows of a check: with fewer a density learns too little to say anything. */
export const fewestCheckRows = 200;

/** Modalities up to which pairs of them are read too. */
const mostInPairs = 3;

/** Modalities that are read together: each one, pairs of three, all. */
export function readingSets(names: readonly string[]): string[][] {
  const pairs = names.length === mostInPairs ? names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b])) : [];
  return [...names.map((name) => [name]), ...pairs, [...names]];
}

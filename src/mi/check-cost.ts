/** Fewest rows of a check: with fewer a density learns too little to say anything. */
export const fewestCheckRows = 200;
/** A target of no more different values is one of classes, of which normal scores say little. */
export const mostClassValues = 10;

/** Modalities up to which pairs of them are read too. */
const mostInPairs = 3;

/** Modalities that are read together: each one, pairs of three, all. */
export function readingSets(names: readonly string[]): string[][] {
  const pairs = names.length === mostInPairs ? names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b])) : [];
  const all = names.length > 1 ? [[...names]] : [];
  return [...names.map((name) => [name]), ...pairs, ...all];
}

/** Seconds of one fit on one core: to begin with, and per row. */
const perFit = { base: 0.2, row: 3e-5 } as const;
/** Ridge regressions of a fit, and seconds per multiplication. */
const perRidge = { count: 6, operation: 2e-9 } as const;

/**
 * Seconds that a check takes on one core, roughly, with 5 folds and the compiled engine.
 * @param columns of each modality
 */
export function checkSeconds(rows: number, columns: Readonly<Record<string, number>>, targets: number): number {
  const names = Object.keys(columns);
  const seconds = (width: number) => {
    const products = rows * width ** 2;
    return (
      perFit.base +
      perFit.row * rows +
      perRidge.count * perRidge.operation * (products + 2 * Math.min(width, rows) ** 3)
    );
  };
  const sets = readingSets(names).map((set) => set.reduce((sum, name) => sum + columns[name], 0));
  const readings = sets.reduce((sum, width) => sum + targets * seconds(width), 0);
  return 5 * (readings + (targets - 1) * seconds(1));
}

import type { Comparison, MetricsSpread } from "./comparison.js";

/** A baseline of one group, named with the letter of the first group that has these numbers. */
export interface DistinctBaseline {
  readonly name: string;
  readonly letter: string;
  readonly test: MetricsSpread;
}

/** The baselines of all groups, each set of numbers once: groups that share their rows share them. */
export function distinctBaselines({ groups }: Comparison, target: string): DistinctBaseline[] {
  const all = groups.flatMap(({ letter, baselines }) =>
    Object.entries(baselines).map(([name, perTarget]) => ({ name, letter, test: perTarget[target] })),
  );
  const key = ({ name, test }: DistinctBaseline) => `${name} ${JSON.stringify(test)}`;
  const first = new Map<string, DistinctBaseline>();
  for (const baseline of all) if (!first.has(key(baseline))) first.set(key(baseline), baseline);
  return [...first.values()];
}

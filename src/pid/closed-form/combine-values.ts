import type { Amount, PidValues } from "../types.js";

/**
 * Combines decompositions of the same modalities number by number.
 * @param combine receives one number of every decomposition, in their order
 */
export function combineValues<N extends Amount>(
  all: readonly PidValues<N>[],
  combine: (values: N[]) => number,
): PidValues {
  const at = (pick: (values: PidValues<N>) => N) => combine(all.map(pick));
  const named = (pick: (values: PidValues<N>) => Readonly<Record<string, N>>) =>
    Object.fromEntries(Object.keys(pick(all[0])).map((name) => [name, at((values) => pick(values)[name])]));
  return {
    information: {
      total: at(({ information }) => information.total),
      byModality: named(({ information }) => information.byModality),
    },
    atoms: {
      unique: named(({ atoms }) => atoms.unique),
      redundancy: at(({ atoms }) => atoms.redundancy),
      synergy: at(({ atoms }) => atoms.synergy),
      partialRedundancy: at(({ atoms }) => atoms.partialRedundancy),
    },
    union: at(({ union }) => union),
  };
}

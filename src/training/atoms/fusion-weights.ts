import type { FusionTerm } from "../../models/fusion.js";

/** Atoms of one decomposition, bits; values at least 0. */
export interface Atoms {
  /** Unique information by modality. */
  readonly unique: Readonly<Record<string, number>>;
  readonly redundancy: number;
  readonly synergy: number;
  /** Shared by some modalities, not all; 0 for two modalities. */
  readonly partialRedundancy: number;
}

/** Synergy of two modalities by themselves, bits. */
export interface PairSynergy {
  readonly modalities: readonly [string, string];
  readonly synergy: number;
}

/** Equal weights of all terms, summing to 1: used before the first atoms and where there is no information. */
export function equalWeights(terms: readonly FusionTerm[]): number[] {
  return terms.map(() => 1 / terms.length);
}

/**
 * Fusion weights from atoms, summing to 1, in the order of `terms`:
 *   w_m = (u_m + r_all / M + share_m r_part) / total,   w_pair = share_pair s / total,
 *   share_m in proportion to I_m - u_m - r_all, what modality m has of the part that some share: a modality that knows
 *   nothing gets no weight from what the others have in common;
 *   share_pair in proportion to the synergy of the two by themselves, equal where pairs are not given or none has any.
 * Without product terms the synergy is spread over the modalities.
 * @param information I_m, bits, by modality
 * @param carrier index of the modality that carries all redundancy (the paper's coin); null shares it
 * @param pairSynergies of three or more modalities, every two by themselves
 * @returns null when the total is 0: nothing to weight by
 */
export function weightsFromAtoms(
  atoms: Atoms,
  information: Readonly<Record<string, number>>,
  terms: readonly FusionTerm[],
  carrier: number | null,
  pairSynergies: readonly PairSynergy[] = [],
): number[] | null {
  const singles = terms.filter(({ modalities }) => modalities.length === 1);
  const pairs = terms.length - singles.length;
  const { redundancy, partialRedundancy } = atoms;
  const shared = redundancy + partialRedundancy;
  const unique = singles.map(({ name }) => atoms.unique[name]);
  const total = unique.reduce((a, b) => a + b, 0) + shared + atoms.synergy;
  if (!Number.isFinite(total)) throw new RangeError(`atoms must be finite to weight the fusion; their sum is ${total}`);
  if (total <= 0) return null;
  const common = singles.map(({ name }) => Math.max(0, information[name] - atoms.unique[name] - redundancy));
  const sum = common.reduce((a, b) => a + b, 0);
  const partial = (m: number) => (sum > 0 ? common[m] / sum : 1 / singles.length) * partialRedundancy;
  const pairSum = pairSynergies.reduce((sum, { synergy }) => sum + synergy, 0);
  const pairShare = (a: string, b: string) => {
    if (!(pairSum > 0)) return 1 / pairs;
    const pair = pairSynergies.find(({ modalities: [first, second] }) => first === a && second === b);
    if (pair === undefined) throw new RangeError(`no synergy is known of ${a} and ${b}`);
    return pair.synergy / pairSum;
  };
  return terms.map(({ modalities: [first, second] }) => {
    if (second !== undefined) return (atoms.synergy / total) * pairShare(singles[first].name, singles[second].name);
    const carried =
      carrier === null ? redundancy / singles.length + partial(first) : Number(first === carrier) * shared;
    const spread = pairs === 0 ? atoms.synergy / singles.length : 0;
    return (unique[first] + carried + spread) / total;
  });
}

/** Mean of the last `window` weight vectors. */
export function windowAverage(history: readonly (readonly number[])[], window: number): number[] {
  const recent = history.slice(-window);
  return recent[0].map((_, t) => recent.reduce((sum, weights) => sum + weights[t], 0) / recent.length);
}

/** Largest absolute difference of any atom between two decompositions, bits. */
export function largestMove(before: Atoms, after: Atoms): number {
  const list = ({ unique, redundancy, synergy, partialRedundancy }: Atoms) => [
    ...Object.values(unique),
    redundancy,
    synergy,
    partialRedundancy,
  ];
  const old = list(before);
  return Math.max(...list(after).map((value, i) => Math.abs(value - old[i])));
}

/** Largest absolute difference of any weight between two weight vectors of the same terms. */
export function largestWeightMove(before: readonly number[], after: readonly number[]): number {
  return Math.max(...after.map((weight, t) => Math.abs(weight - before[t])));
}

import { type AtomInformation, informationOf, missedOf } from "../mi/against-atoms.js";
import { largestDensity } from "../mi/atom-ranges.js";
import type { CheckedReading, Gap, GaussianCheck } from "../mi/check-types.js";
import { isBeyond, isFound } from "../mi/found.js";
import { bitsWithError, fixed } from "./bits-text.js";
import { type Sentence, said } from "./sentence.js";
import { agree, formatCount, joinWords } from "./text.js";

/** What sentences about a check of the Gaussian reading are made of. */
export interface CheckFacts {
  readonly check: GaussianCheck;
  readonly target: string;
  /** Total of the Gaussian decomposition shown beside it, bits; null where it is infinite. */
  readonly total: number | null;
  /** The decomposition shown beside it, where it is of the same rows. */
  readonly atoms?: AtomInformation | undefined;
  /** How it is made of ranks where it took columns and target as they are; null where it is. */
  readonly toRanks: string | null;
  /** Of which rows the informations are, where these are not all rows of a table. */
  readonly of?: string;
}

/** A linear reading of ranks that tells this much more than the decomposition shown says that ranks are to be taken, bits. */
const muchMore = 0.05;
/** Nearest neighbours that tell this much more than the density, beyond the errors of both, are worth a word, bits. */
const manyMore = 0.1;

const all = ({ check }: CheckFacts) => check.readings[check.readings.length - 1];
const alone = ({ check }: CheckFacts) => check.readings.filter(({ modalities }) => modalities.length === 1);
const beyond = ({ check }: CheckFacts) => check.readings.filter((reading) => reading.beyond);
const named = ({ modalities }: CheckedReading) =>
  modalities.length === 1 ? modalities[0] : `${joinWords(modalities)} together`;
const missed = (reading: CheckedReading, { atoms }: CheckFacts) =>
  atoms === undefined ? reading.gap : missedOf(reading, atoms);
const atLeast = ({ bits, standardError }: Gap) => fixed(Math.max(0, bits - 2 * standardError), 2);
/** Readings of which the density tells more than the linear one held out, but not more than the atoms. */
const covered = ({ check }: CheckFacts) =>
  check.readings.filter(({ misfit, beyond: missing }) => check.bound && !missing && isBeyond(misfit));
const density = (reading: CheckedReading) => bitsWithError(reading.density.bits, reading.density.standardError);

/** Sign of the change of the O-information, where it is beyond two standard errors; else 0. */
function told({ check }: CheckFacts): number {
  const { bits, standardError } = check.oInformationChange ?? { bits: 0, standardError: 0 };
  return Math.abs(bits) > 2 * standardError ? Math.sign(bits) : 0;
}

function balance({ check }: CheckFacts): string {
  const { bits, standardError } = check.oInformationChange ?? { bits: 0, standardError: 0 };
  return `it changes O-information by ${bitsWithError(bits, standardError)} bits, of which the sign counts.`;
}

/** Readings that the nearest neighbours put far above the density. */
function undershot({ check }: CheckFacts): CheckedReading[] {
  return check.readings.filter(
    ({ ksg, density: d }) =>
      ksg !== null && ksg.bits - d.bits > manyMore + 2 * Math.hypot(ksg.standardError, d.standardError),
  );
}

/** What a check of the Gaussian reading says. It bounds what is missed from below only, and no sentence says more. */
export const checkSentences: readonly Sentence<CheckFacts>[] = [
  {
    id: "check/at-least",
    when: (facts) => facts.check.nonGaussian && facts.check.bound && isFound(largestDensity(facts.check.readings)),
    say: (facts) => {
      const { modalities } = all(facts);
      const most = largestDensity(facts.check.readings);
      const whole = `By a conditional density, ${named(all(facts))} ${agree(modalities.length, "tells", "tell")} at least ${bitsWithError(most.bits, most.standardError)} bits about ${facts.target}`;
      if (modalities.length === 1) return `${whole}.`;
      const each = alone(facts).map((reading) =>
        isFound(reading.density)
          ? `${named(reading)} alone at least ${density(reading)}`
          : `of ${named(reading)} alone nothing was found`,
      );
      return `${whole}; ${joinWords(each)}.`;
    },
  },
  {
    id: "check/misses",
    when: ({ check }) => check.nonGaussian && check.bound,
    say: (facts) =>
      `The Gaussian reading, which is about the mean of ${facts.target}, misses at least ` +
      `${joinWords(beyond(facts).map((reading) => `${atLeast(missed(reading, facts))} bits of what ${named(reading)} ${agree(reading.modalities.length, "tells", "tell")}`))}.`,
  },
  {
    id: "check/targets",
    when: ({ check }) => check.nonGaussian && !check.bound,
    say: (facts) => {
      const [worst] = [...beyond(facts)].sort((a, b) => b.misfit.bits - a.misfit.bits);
      const short = fixed(worst.misfit.bits - 2 * worst.misfit.standardError, 2);
      return (
        `The columns of ${facts.target} are not normal together, or not given the modalities: normal densities of rows fall short by at ` +
        `least ${short} bits. The Gaussian numbers can be too high as well as too low. By conditional densities, ` +
        `${named(all(facts))} ${agree(all(facts).modalities.length, "tells", "tell")} ${density(all(facts))} bits, which is a difference of two entropies and no bound.`
      );
    },
  },
  {
    id: "check/covered",
    when: (facts) => covered(facts).length > 0,
    say: (facts) => {
      const parts = covered(facts).map((reading) => {
        const told = facts.atoms && informationOf(facts.atoms, reading.modalities);
        const of = told === undefined || !Number.isFinite(told) ? "infinite" : `${fixed(told, 2)} bits`;
        const { bits, standardError } = reading.gap;
        return `of ${named(reading)} ${bitsWithError(bits, standardError)} bits more, where the atoms are of ${of}`;
      });
      return (
        `The density tells more than the linear reading held out, but not than the atoms: ${joinWords(parts)}. These are of all rows` +
        `${facts.toRanks === null ? "" : " and of values as they are"}, the reading above of ranks and of rows that it did not fit; that ` +
        "the atoms miss any is not shown."
      );
    },
  },
  {
    id: "check/enough",
    when: (facts) => !facts.check.nonGaussian && covered(facts).length === 0,
    say: (facts) =>
      `No information beyond the Gaussian reading was found with ${formatCount(facts.check.n)} rows: ` +
      (all(facts).modalities.length > 1 ? "all together " : "") +
      `${bitsWithError(all(facts).gap.bits, all(facts).gap.standardError)} bits more.`,
  },
  {
    id: "check/nothing",
    when: ({ check }) => !check.informationFound,
    say: ({ target }) => `Neither the Gaussian reading nor the density found any information about ${target}.`,
  },
  {
    id: "check/balance-redundant",
    when: (facts) => told(facts) > 0,
    say: (facts) => `By the densities, what they tell about ${facts.target} is mostly redundant: ${balance(facts)}`,
  },
  {
    id: "check/balance-synergistic",
    when: (facts) => told(facts) < 0,
    say: (facts) => `By the densities, what they tell about ${facts.target} is mostly synergistic: ${balance(facts)}`,
  },
  {
    id: "check/balance-even",
    when: (facts) => facts.check.oInformationChange !== undefined && told(facts) === 0,
    say: (facts) =>
      `By the densities, neither redundancy nor synergy dominates in what they tell about ${facts.target}: ${balance(facts)}`,
  },
  {
    id: "check/ranks",
    when: (facts) => {
      const { bits, standardError } = all(facts).gaussian.heldOut;
      return facts.toRanks !== null && facts.total !== null && bits - 2 * standardError > facts.total + muchMore;
    },
    say: (facts) =>
      `On the ranks of columns and target the linear reading tells ${bitsWithError(all(facts).gaussian.heldOut.bits, all(facts).gaussian.heldOut.standardError)} ` +
      `bits, more than the ${fixed(facts.total ?? 0, 2)} of the values as they are: ${facts.toRanks}.`,
  },
  {
    id: "check/neighbours",
    when: (facts) => undershot(facts).length > 0,
    say: (facts) =>
      `Nearest neighbours put ${joinWords(undershot(facts).map((reading) => `${named(reading)} at ${bitsWithError(reading.ksg?.bits ?? 0, reading.ksg?.standardError ?? 0)} bits`))}: ` +
      "there may be more than the density found.",
  },
];

/** What a check says, in sentences. */
export function checkFindings(facts: CheckFacts): string[] {
  return [
    ...said(checkSentences, facts),
    ...facts.check.warnings.map((warning) => `${warning[0].toUpperCase()}${warning.slice(1)}.`),
  ];
}

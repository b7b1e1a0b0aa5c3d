import type { PidMeasure } from "../pid/types.js";
import { bitsWithError } from "./bits-text.js";
import type { Sentence } from "./sentence.js";

/** Amounts below this are 0, bits. */
const nothing = 1e-9;
/** An amount within this many standard errors of 0 is not told apart from it. */
const errorsFromZero = 2;
/** Amounts that differ by less print alike, bits. */
const printed = 0.005;

/** An amount in bits with its standard error, where it has one. */
export interface Amount {
  readonly value: number;
  readonly error: number | null;
}

const isInfinite = ({ value }: Amount) => !Number.isFinite(value);
const isNothing = ({ value }: Amount) => value <= nothing;
const isOpen = ({ value, error }: Amount) =>
  Number.isFinite(value) && value > nothing && error !== null && value < errorsFromZero * error;
const isSome = (amount: Amount) => !isInfinite(amount) && !isNothing(amount) && !isOpen(amount);
const bits = ({ value, error }: Amount) => `${bitsWithError(value, error)} bits`;

/** What all modalities tell together. */
export interface TotalFacts extends Amount {
  readonly modalities: string;
  readonly target: string;
  /** Target columns that are no combinations of others. */
  readonly targetRank: number;
  /** Whether the decomposition as a whole was told from chance: false where it has the flag `no-information`. */
  readonly found: boolean;
  /** "87 % of its variance"; null where there is no such share. */
  readonly share: string | null;
  /** What rows held out show, where it lies clearly below. */
  readonly heldOut?: Amount | undefined;
}

/** Not told from 0, one with an error that is 0 included. */
const isUntold = (facts: TotalFacts) =>
  isOpen(facts) || (!isInfinite(facts) && (!facts.found || (isNothing(facts) && facts.error !== null)));
const together = ({ modalities }: TotalFacts) => `Together, ${modalities}`;
const shareOf = ({ share }: TotalFacts) => (share === null ? "" : `, ${share}`);
const heldOutOf = ({ heldOut }: TotalFacts) =>
  heldOut === undefined ? "" : `; on rows held out they tell ${bits(heldOut)}`;

/** What all modalities tell, in words; exactly one holds. */
export const totalSentences: readonly Sentence<TotalFacts>[] = [
  {
    id: "total/determined",
    when: (facts) => isInfinite(facts) && facts.targetRank === 1,
    say: (facts) => `${together(facts)} determine ${facts.target} without error.`,
  },
  {
    id: "total/partly-determined",
    when: (facts) => isInfinite(facts) && facts.targetRank > 1,
    say: (facts) => `${together(facts)} determine some combination of ${facts.target} without error.`,
  },
  {
    id: "total/open",
    when: isUntold,
    say: (facts) => `${together(facts)} tell ${bits(facts)} about ${facts.target}, not told apart from 0.`,
  },
  {
    id: "total/some",
    when: (facts) => !isInfinite(facts) && !isUntold(facts),
    say: (facts) => `${together(facts)} tell ${bits(facts)} about ${facts.target}${shareOf(facts)}${heldOutOf(facts)}.`,
  },
];

/** The unique part of a modality. */
export interface UniqueFacts extends Amount {
  readonly name: string;
  readonly target: string;
  readonly measure: PidMeasure;
  readonly others: readonly string[];
}

/** What the unique part of a measure is, which is not what a modality adds to the others. */
function meaning({ name, others, measure, target }: UniqueFacts): string {
  const rest = others.length === 1 ? others[0] : "each other modality";
  return measure === "idep"
    ? `what it adds to ${rest} if the two are independent given ${target}`
    : `what ${name} alone ${does(name, "tells", "tell")} beyond what ${rest} alone ${does(rest, "tells", "tell")}`;
}

const head = ({ name, measure }: UniqueFacts) => `Unique to ${name} by measure ${measure}`;

/** The unique part of a modality in words; exactly one holds. */
export const uniqueSentences: readonly Sentence<UniqueFacts>[] = [
  {
    id: "unique/infinite",
    when: isInfinite,
    say: (facts) => `${head(facts)}: infinite bits about ${facts.target}, ${meaning(facts)}.`,
  },
  {
    id: "unique/nothing",
    when: isNothing,
    say: (facts) => `${head(facts)}: nothing about ${facts.target} (${meaning(facts)}).`,
  },
  {
    id: "unique/open",
    when: isOpen,
    say: (facts) => `${head(facts)}: ${bits(facts)} about ${facts.target}, not told apart from 0 (${meaning(facts)}).`,
  },
  {
    id: "unique/some",
    when: isSome,
    say: (facts) => `${head(facts)}: ${bits(facts)} about ${facts.target}, ${meaning(facts)}.`,
  },
];

/** What a modality adds to all others. */
export interface GainFacts extends Amount {
  readonly name: string;
  readonly target: string;
  /** "a and c", or "all others". */
  readonly others: string;
  /** Of two modalities, whose gain is the sum of both; null for more. */
  readonly parts: { readonly unique: number; readonly synergy: number } | null;
}

const addsUp = ({ value, parts }: GainFacts) =>
  parts !== null && Math.abs(value - parts.unique - parts.synergy) < printed;
const known = ({ target, others }: GainFacts) => `To a reader of ${target} who already uses ${others},`;
const brings = ({ name }: GainFacts) => `${name} ${does(name, "brings", "bring")}`;

/** The gain of a modality in words; exactly one holds. */
export const gainSentences: readonly Sentence<GainFacts>[] = [
  {
    id: "gain/infinite",
    when: isInfinite,
    say: (facts) => `${known(facts)} ${brings(facts)} infinite bits more.`,
  },
  {
    id: "gain/nothing",
    when: isNothing,
    say: (facts) => `${known(facts)} ${brings(facts)} nothing more.`,
  },
  {
    id: "gain/open",
    when: isOpen,
    say: (facts) => `${known(facts)} ${brings(facts)} ${bits(facts)} more, not told apart from 0.`,
  },
  {
    id: "gain/unique-and-synergy",
    when: (facts) => isSome(facts) && addsUp(facts),
    say: (facts) =>
      `${known(facts)} ${brings(facts)} ${bits(facts)} more: its unique part and the synergy together ` +
      `(conditional information).`,
  },
  {
    id: "gain/some",
    when: (facts) => isSome(facts) && !addsUp(facts),
    say: (facts) =>
      `${known(facts)} ${brings(facts)} ${bits(facts)} more (conditional information, which counts synergy too).`,
  },
];

/** O-information of three or more modalities, bits. */
export interface BalanceFacts {
  readonly oInformation: number;
  /** Its change when the target joins; null where it is not known. */
  readonly gradient: number | null;
}

const omega = ({ oInformation }: BalanceFacts) => `O-information ${bitsWithError(oInformation, null)} bits.`;
const change = ({ gradient }: BalanceFacts) =>
  `it changes O-information by ${bitsWithError(gradient ?? 0, null)} bits.`;

/** Whether modalities repeat or complement one another on balance, by themselves and about the target. */
export const balanceSentences: readonly Sentence<BalanceFacts>[] = [
  {
    id: "balance/redundant",
    when: ({ oInformation }) => oInformation >= printed,
    say: (facts) => `Among themselves the modalities repeat one another (redundancy dominates): ${omega(facts)}`,
  },
  {
    id: "balance/synergistic",
    when: ({ oInformation }) => oInformation <= -printed,
    say: (facts) => `Among themselves the modalities complement one another (synergy dominates): ${omega(facts)}`,
  },
  {
    id: "balance/even",
    when: ({ oInformation }) => Math.abs(oInformation) < printed,
    say: (facts) => `Among themselves neither redundancy nor synergy of the modalities dominates: ${omega(facts)}`,
  },
  {
    id: "balance/target-redundant",
    when: ({ gradient }) => gradient !== null && gradient >= printed,
    say: (facts) => `What they say about the target is mostly redundant: ${change(facts)}`,
  },
  {
    id: "balance/target-synergistic",
    when: ({ gradient }) => gradient !== null && gradient <= -printed,
    say: (facts) => `What they say about the target is mostly synergistic: ${change(facts)}`,
  },
  {
    id: "balance/target-even",
    when: ({ gradient }) => gradient !== null && Math.abs(gradient) < printed,
    say: (facts) => `What they say about the target is as much redundant as synergistic: ${change(facts)}`,
  },
];

/** "volumes" is plural, "thickness" is not; a guess from the ending, for grammar only. */
function does(name: string, singular: string, plural: string): string {
  return /[^s]s$/.test(name) ? plural : singular;
}

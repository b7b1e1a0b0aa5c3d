import type { Interval } from "../evaluation/intervals.js";
import type { Sentence } from "../report/sentence.js";
import { joinWords } from "../report/text.js";
import { shown } from "../shown.js";
import { comparedTo, fixed, percent, plainPercent } from "./markdown.js";
import { isSubset, type SelectResults, type SubsetResult } from "./select-results.js";

/** A subset as sentences name it. */
export interface NamedSubset {
  /** "alpha + beta". */
  readonly name: string;
  readonly modalities: number;
  readonly cost: number | null;
  /** Error over that of all modalities, less 1, on the rows that decide and on the test rows. */
  readonly decision: Pick<Interval, "value" | "low" | "high"> & { readonly bound: number };
  readonly test: Pick<Interval, "value" | "low" | "high"> & { readonly bound: number };
}

/** What a selection found, as far as sentences speak of it. */
export interface SelectFacts {
  /** Splits of the rows. */
  readonly repeats: number;
  readonly all: NamedSubset;
  readonly chosen: NamedSubset;
  readonly decideOn: "validation" | "test";
  readonly margin: number;
  readonly rows: { readonly decision: number; readonly test: number };
  /** Subsets of some of the modalities that were trained. */
  readonly others: readonly (NamedSubset & { readonly acceptable: boolean })[];
  readonly greedy: boolean;
  /** Whether the chosen subset and all modalities were trained anew for the test figures. */
  readonly anew: boolean;
}

/** @param nameOf how a subset is written */
export function selectFacts(results: SelectResults, nameOf: (modalities: readonly string[]) => string): SelectFacts {
  const { repeats, subsets, decideOn, margin, rows, greedy, final } = results;
  const named = ({ modalities, cost, decision, test }: SubsetResult): NamedSubset => ({
    name: modalities.length === 0 ? "the prediction without any" : shown(nameOf(modalities)),
    modalities: modalities.length,
    cost,
    decision: { ...decision.difference, bound: decision.bound },
    test: { ...test.difference, bound: test.bound },
  });
  const [full, ...others] = subsets;
  const chosen = subsets.find(({ modalities }) => isSubset(modalities, results.chosen)) ?? full;
  return {
    repeats,
    all: named(full),
    chosen: { ...named(chosen), ...(final === null ? {} : { test: { ...final.difference, bound: final.bound } }) },
    decideOn,
    margin,
    rows: { decision: rows.decision, test: rows.test },
    others: others.map((subset) => ({ ...named(subset), acceptable: subset.acceptable })),
    greedy,
    anew: final !== null,
  };
}

const keepsAll = ({ all, chosen }: SelectFacts) => chosen.modalities === all.modalities;
const anyAcceptable = ({ others }: SelectFacts) => others.some(({ acceptable }) => acceptable);
/** Subsets whose measured error is within the margin, though the interval reaches further. */
const measuredWithin = ({ others, margin }: SelectFacts) =>
  others.filter(({ acceptable, decision }) => !acceptable && decision.value <= margin);
const reported = (facts: SelectFacts) => !keepsAll(facts) && (facts.decideOn === "validation" || facts.anew);
const ends = ({ low, high }: NamedSubset["test"]) => `95 %: ${percent(low)} to ${percent(high)}`;
const littleMore = ({ margin }: SelectFacts) => `err at most ${plainPercent(margin)} more`;
const bold = (name: string) => `**${name}**`;

/** What is said first of a selection, in order. */
export const selectSentences: readonly Sentence<SelectFacts>[] = [
  {
    id: "select/only-modality",
    when: ({ all }) => all.modalities === 1,
    say: ({ all }) => `${bold(all.name)} is the only modality: it is compared with what is predicted without any.`,
  },
  {
    id: "select/none-shown",
    when: (facts) => keepsAll(facts) && facts.others.length > 0 && !anyAcceptable(facts),
    say: (facts) =>
      `${bold(facts.all.name)}: all are kept. ${none(facts)} was ${facts.others.length === 1 ? "not " : ""}shown, at 95 %, to ${littleMore(facts)} on the ` +
      `${facts.decideOn} rows ${ofSplits(facts)}.`,
  },
  {
    id: "select/not-shown-needed",
    when: (facts) => keepsAll(facts) && !anyAcceptable(facts) && measuredWithin(facts).length > 0,
    say: (facts) => {
      const subsets = measuredWithin(facts);
      const best = subsets.reduce((a, b) => (b.decision.value < a.decision.value ? b : a));
      const count = subsets.length === 1 ? "One of them does so" : `${subsets.length} of them do so`;
      return (
        `That does not show that every modality is needed. ${count} as measured, but not at 95 %: the ${facts.decideOn} error of ` +
        `${best.name} is ${comparedTo(best.decision.value)} that of all (${ends(best.decision)}).`
      );
    },
  },
  {
    id: "select/equal-cost",
    when: (facts) => keepsAll(facts) && anyAcceptable(facts),
    say: (facts) =>
      `${bold(facts.all.name)}: all are kept. No subset that costs less was shown, at 95 %, to ${littleMore(facts)} on the ` +
      `${facts.decideOn} rows ${ofSplits(facts)}, and of those of the same cost all modalities err least.`,
  },
  {
    id: "select/nothing",
    when: (facts) => facts.chosen.modalities === 0,
    say: (facts) =>
      `**No modality** is recommended: ${onRows(facts, "decision")} the error of what is predicted without any is ` +
      `${comparedTo(facts.chosen.decision.value)} that of all modalities, and, at 95 %, ${atMost(facts.chosen.decision.bound)}.`,
  },
  {
    id: "select/enough",
    when: (facts) => !keepsAll(facts) && facts.chosen.modalities > 0,
    say: (facts) =>
      `${bold(facts.chosen.name)} is enough: ${onRows(facts, "decision")} ` +
      `the error is ${comparedTo(facts.chosen.decision.value)} that of all modalities, and, at 95 %, ` +
      `${atMost(facts.chosen.decision.bound)}.`,
  },
  {
    id: "select/test-bears-out",
    when: (facts) => reported(facts) && facts.chosen.test.bound <= facts.margin,
    say: (facts) => `${onTest(facts)}. There too it is, at 95 %, ${atMost(facts.chosen.test.bound)}.`,
  },
  {
    id: "select/test-open",
    when: (facts) => reported(facts) && facts.chosen.test.bound > facts.margin && facts.chosen.test.low <= facts.margin,
    say: (facts) =>
      `${onTest(facts)}: these rows do not tell whether it errs at most ${plainPercent(facts.margin)} more.`,
  },
  {
    id: "select/test-against",
    when: (facts) => reported(facts) && facts.chosen.test.bound > facts.margin && facts.chosen.test.low > facts.margin,
    say: (facts) => `${onTest(facts)}: **more than ${plainPercent(facts.margin)} above**, unlike where it was chosen.`,
  },
  {
    id: "select/chosen-on-test",
    when: (facts) => !keepsAll(facts) && facts.decideOn === "test",
    say: ({ anew }) =>
      `These rows chose it, so that its error on them is${anew ? ", though trained anew, a little" : ""} optimistic.`,
  },
  {
    id: "select/rows-shared",
    when: (facts) => !keepsAll(facts) && facts.repeats > 1 && facts.decideOn === "validation",
    say: () =>
      "Rows that test in one split decided in another, so that the test errors are a little optimistic; --nested measures what " +
      "selecting comes to on rows that decided nothing.",
  },
  {
    id: "select/cost",
    when: ({ chosen, all }) => chosen.cost !== null && all.cost !== null && chosen.cost < all.cost,
    say: ({ chosen, all }) => `Cost ${chosen.cost} instead of ${all.cost}.`,
  },
];

function none({ others, greedy }: SelectFacts): string {
  const count = others.length;
  const which = greedy ? `${count} smaller subsets that were trained` : `${count} smaller subsets`;
  if (count === 1) return "What is predicted without any";
  return count === 2 ? "Neither of the 2 smaller subsets" : `None of the ${which}`;
}

/** "at most 1.2 % above it", or "at least 1.2 % below it". */
function atMost(bound: number): string {
  const text = percent(Math.abs(bound)).replace(/^\+/, "");
  return bound < 0 ? `at least ${text} below it` : `at most ${text} above it`;
}

function ofSplits({ repeats }: SelectFacts): string {
  return repeats === 1 ? "of this split" : `of ${repeats} splits`;
}

/** "on 90 validation rows of this split". */
function onRows(facts: SelectFacts, part: "decision" | "test"): string {
  const rows = facts.rows[part];
  const name = part === "test" ? "test" : facts.decideOn;
  const about = facts.repeats === 1 ? `${rows}` : `about ${rows}`;
  return `on ${about} ${name} rows of ${facts.repeats === 1 ? "this split" : `each of ${facts.repeats} splits`}`;
}

function onTest(facts: SelectFacts): string {
  const { chosen, anew } = facts;
  const on = onRows(facts, "test");
  return (
    `${anew ? `Trained anew with seeds that decided nothing, ${on}` : `O${on.slice(1)}`} the error is ${comparedTo(chosen.test.value)} that of all modalities ` +
    `(${ends(chosen.test)})`
  );
}

/** What the fusion weights of the trainings on all modalities say. */
export interface WeightsFacts {
  readonly seeds: number;
  /** `model.fusion.method`. */
  readonly fusion: string;
  /** Largest first. */
  readonly weights: readonly { readonly modality: string; readonly weight: number }[];
}

const learned = ({ fusion }: WeightsFacts) => fusion === "pid";
/** Weights closer than this are the same. */
const sameWeight = 1e-9;

/** Whether two neighbours of the order have one weight. */
export function isTie({ weights }: Pick<WeightsFacts, "weights">, at: number): boolean {
  return at >= 0 && at + 1 < weights.length && weights[at].weight - weights[at + 1].weight < sameWeight;
}

const allEqual = (facts: WeightsFacts) => facts.weights.slice(1).every((_, i) => isTie(facts, i));

/** What fusion weights would have suggested; exactly one holds, and a table follows the last. */
export const weightsSentences: readonly Sentence<WeightsFacts>[] = [
  {
    id: "weights/not-learned",
    when: (facts) => !learned(facts),
    say: ({ fusion }) => `Fusion weights suggest nothing: model.fusion.method ${shown(fusion)} learns none.`,
  },
  {
    id: "weights/one-modality",
    when: (facts) => learned(facts) && facts.weights.length === 1,
    say: () => "Fusion weights suggest nothing: there is one modality.",
  },
  {
    id: "weights/all-equal",
    when: (facts) => learned(facts) && facts.weights.length > 1 && allEqual(facts),
    say: ({ seeds }) => `Fusion weights suggest nothing: they are equal ${trainings(seeds)}.`,
  },
  {
    id: "weights/order",
    when: (facts) => learned(facts) && facts.weights.length > 1 && !allEqual(facts),
    say: ({ seeds, weights }) => {
      const list = joinWords(weights.map(({ modality, weight }) => `${shown(modality)} ${fixed(weight, 2)}`));
      return `What fusion weights alone would have suggested: ${list}, ${trainings(seeds)}.`;
    },
  },
];

function trainings(seeds: number): string {
  return seeds === 1 ? "in the training on all modalities" : `on average over ${seeds} trainings on all modalities`;
}

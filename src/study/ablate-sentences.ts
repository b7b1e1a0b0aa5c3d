import type { Sentence } from "../report/sentence.js";
import { joinWords } from "../report/text.js";
import type { AblateResults } from "./ablate-results.js";

/** What an ablation found: names of what was left out, by what its interval says of the change. */
export interface AblateFacts {
  /** Splits of the rows. */
  readonly repeats: number;
  /** The interval leaves out 0, above it. */
  readonly higher: readonly string[];
  /** The interval leaves out 0, below it. */
  readonly lower: readonly string[];
  /** Every draw has the same error as the full config. */
  readonly equal: readonly string[];
  readonly open: readonly string[];
}

/** Sorts the variants by their intervals. */
export function ablateFacts({ repeats, variants }: Pick<AblateResults, "repeats" | "variants">): AblateFacts {
  const names = (holds: (low: number, high: number) => boolean) =>
    variants.flatMap(({ name, difference }) =>
      difference !== null && holds(difference.low, difference.high) ? [name] : [],
    );
  return {
    repeats,
    higher: names((low) => low > 0),
    lower: names((_, high) => high < 0),
    equal: names((low, high) => low === 0 && high === 0),
    open: names((low, high) => low <= 0 && high >= 0 && low < high),
  };
}

const where = (repeats: number) => (repeats === 1 ? "for this split" : `over ${repeats} splits`);

/** What is said first of an ablation, in order. */
export const ablateSentences: readonly Sentence<AblateFacts>[] = [
  {
    id: "ablate/nothing",
    when: ({ higher, lower, equal, open }) => higher.length + lower.length + equal.length + open.length === 0,
    say: () => "The config uses nothing of what can be left out.",
  },
  {
    id: "ablate/higher",
    when: ({ higher }) => higher.length > 0,
    say: ({ higher, repeats }) => `The test error is higher with ${joinWords(higher)}, ${where(repeats)}.`,
  },
  {
    id: "ablate/lower",
    when: ({ lower }) => lower.length > 0,
    say: ({ lower, repeats }) => `The test error is lower with ${joinWords(lower)}, ${where(repeats)}.`,
  },
  {
    id: "ablate/equal",
    when: ({ equal }) => equal.length > 0,
    say: ({ equal, repeats }) =>
      `The test error is that of the full config with ${joinWords(equal)}, ${where(repeats)}.`,
  },
  {
    id: "ablate/open",
    when: ({ open }) => open.length > 0,
    say: ({ open, repeats }) =>
      `${repeats === 1 ? "The rows of this split" : `${repeats} splits`} do not tell ${joinWords(open)} from the full config.`,
  },
  {
    id: "ablate/one-epoch",
    when: ({ higher, lower, equal, open }) => [...higher, ...lower, ...equal, ...open].includes("no-stage-2"),
    say: () => "no-stage-2 keeps one epoch of stage 2, the least there is.",
  },
];

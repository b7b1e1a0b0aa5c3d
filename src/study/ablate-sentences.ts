import type { Sentence } from "../report/sentence.js";
import { joinWords } from "../report/text.js";
import type { AblateResults } from "./ablate-results.js";

/** What an ablation found: names of what was left out, by what its interval says of the change. */
export interface AblateFacts {
  readonly seeds: number;
  /** The interval leaves out 0, above it. */
  readonly higher: readonly string[];
  /** The interval leaves out 0, below it. */
  readonly lower: readonly string[];
  /** Every draw has the same error as the full config. */
  readonly equal: readonly string[];
  readonly open: readonly string[];
}

/** Sorts the variants by their intervals. */
export function ablateFacts({ seeds, variants }: Pick<AblateResults, "seeds" | "variants">): AblateFacts {
  const names = (holds: (low: number, high: number) => boolean) =>
    variants.flatMap(({ name, difference }) =>
      difference !== null && holds(difference.low, difference.high) ? [name] : [],
    );
  return {
    seeds,
    higher: names((low) => low > 0),
    lower: names((_, high) => high < 0),
    equal: names((low, high) => low === 0 && high === 0),
    open: names((low, high) => low <= 0 && high >= 0 && low < high),
  };
}

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
    say: ({ higher }) => `The test error is higher with ${joinWords(higher)}.`,
  },
  {
    id: "ablate/lower",
    when: ({ lower }) => lower.length > 0,
    say: ({ lower }) => `The test error is lower with ${joinWords(lower)}.`,
  },
  {
    id: "ablate/equal",
    when: ({ equal }) => equal.length > 0,
    say: ({ equal }) => `The test error is that of the full config with ${joinWords(equal)}.`,
  },
  {
    id: "ablate/open",
    when: ({ open }) => open.length > 0,
    say: ({ open }) => `These rows do not tell ${joinWords(open)} from the full config.`,
  },
  {
    id: "ablate/one-epoch",
    when: ({ higher, lower, equal, open }) => [...higher, ...lower, ...equal, ...open].includes("no-stage-2"),
    say: () => "no-stage-2 keeps one epoch of stage 2, the least there is.",
  },
];

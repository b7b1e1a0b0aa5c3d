import type { Sentence } from "../report/sentence.js";
import { joinWords } from "../report/text.js";
import { shown } from "../shown.js";
import { digits, fixed } from "./markdown.js";
import type { MeanSd } from "./results-schemas.js";

/** Error of a model minus that of another, over the folds. */
export interface DifferenceFacts {
  /** Whose error it is: "pidreg", or a config. */
  readonly own: string;
  /** Name of the error. */
  readonly error: string;
  readonly target: string;
  /** With a leading space; empty without one. */
  readonly unit: string;
  readonly model: string;
  /** "95 %". */
  readonly level: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Where a difference of 0 is 0; "in every fold" if left out. */
  readonly where?: string;
}

const difference = ({ error, target, unit, own, model, level, value, low, high }: DifferenceFacts) =>
  `${error} of ${target}, ${own} minus ${model}: ${digits(value, 3)}${unit} (${level}: ${digits(low, 3)} to ${digits(high, 3)})`;

/** What an interval of a difference says of it: exactly one holds. */
export const differenceSentences: readonly Sentence<DifferenceFacts>[] = [
  {
    id: "difference/lower",
    when: ({ high }) => high < 0,
    say: (facts) => `${difference(facts)}: that of ${facts.own} is lower`,
  },
  {
    id: "difference/higher",
    when: ({ low }) => low > 0,
    say: (facts) => `${difference(facts)}: that of ${facts.own} is higher`,
  },
  {
    id: "difference/equal",
    when: ({ low, high }) => low === 0 && high === 0,
    say: (facts) => `${difference(facts)}: the same ${facts.where ?? "in every fold"}`,
  },
  {
    id: "difference/open",
    when: ({ low, high }) => low <= 0 && high >= 0 && low < high,
    say: (facts) => `${difference(facts)}: not told apart`,
  },
];

/** Fusion weights over the folds. */
export interface FoldWeightsFacts {
  /** `model.fusion.method`. */
  readonly fusion: string;
  readonly weights: Readonly<Record<string, MeanSd | null>>;
}

/** What the weights were; exactly one holds. */
export const foldWeightsSentences: readonly Sentence<FoldWeightsFacts>[] = [
  {
    id: "weights/learned",
    when: ({ fusion }) => fusion === "pid",
    say: ({ weights }) => {
      const list = Object.entries(weights).map(
        ([term, value]) => `${shown(term)} ${fixed(value?.mean, 2)} ± ${fixed(value?.sd, 2)}`,
      );
      return `Fusion weights, mean ± standard deviation over the trainings: ${joinWords(list)}.`;
    },
  },
  {
    id: "weights/not-learned",
    when: ({ fusion }) => fusion !== "pid",
    say: ({ fusion }) => `No fusion weights were learned (model.fusion.method: ${shown(fusion)}).`,
  },
];

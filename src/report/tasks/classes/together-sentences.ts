import type { z } from "zod";
import { shown } from "../../../shown.js";
import type { classesTogether } from "../../../tasks/classes/metrics.js";
import { fixed } from "../../bits-text.js";
import type { Sentence } from "../../sentence.js";

/** What the probabilities of tested rows tell about one target. */
interface ClassesTogether extends z.infer<typeof classesTogether> {
  readonly target: string;
  /** Column whose values were tested as a whole. */
  readonly outerGroup: string | null;
}

const rowsOf = ({ outerGroup }: ClassesTogether) =>
  outerGroup === null
    ? "On the tested rows, all folds together"
    : `On the rows of every "${shown(outerGroup)}", each predicted by a training without it`;

/** Bits of the predictions themselves, where they were tested; exactly one holds. */
export const classesTogetherSentences: readonly Sentence<ClassesTogether>[] = [
  {
    id: "classes-tested/bits",
    when: ({ bits }) => bits > 0,
    say: (facts) =>
      `${rowsOf(facts)}, the log loss of ${shown(facts.target)} is ${fixed(facts.logLoss, 3)} nats: the probabilities tell ` +
      `${fixed(facts.bits, 2)} bits of the class.`,
  },
  {
    id: "classes-tested/no-bits",
    when: ({ bits }) => bits <= 0,
    say: (facts) =>
      `${rowsOf(facts)}, the log loss of ${shown(facts.target)} is ${fixed(facts.logLoss, 3)} nats: the probabilities are no better ` +
      "than the class shares of those rows, 0 bits.",
  },
];

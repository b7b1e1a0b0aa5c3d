import type { Sentence } from "../report/sentence.js";
import { joinWords } from "../report/text.js";
import { shown } from "../shown.js";

/** Rows on which the trainings of a study estimated their atoms. */
export interface InformationFacts {
  readonly targets: readonly string[];
  /** `model.fusion.atoms` of the trainings: heldout, train or batch. */
  readonly atomsFrom: string;
  /** Groups that were tested as a whole; null where rows were not tested so, or were not tested by groups. */
  readonly outer: {
    readonly column: string;
    /** Validation rows over all trainings. */
    readonly rows: number;
    /** Those among them whose group has training rows too. */
    readonly ofTrainedGroups: number;
  } | null;
}

const subject = ({ targets }: InformationFacts) => `Information about ${shown(joinWords(targets))}, bits`;
const heldout = ({ atomsFrom }: InformationFacts) => atomsFrom === "heldout";

/** On which rows a study's table of atoms was made: exactly one holds. */
export const informationSentences: readonly Sentence<InformationFacts>[] = [
  {
    id: "information/heldout",
    when: (facts) => heldout(facts) && facts.outer === null,
    say: (facts) => `${subject(facts)}, on validation rows, which did not train the encoders:`,
  },
  {
    id: "information/heldout-of-trained-groups",
    when: (facts) => heldout(facts) && facts.outer !== null && facts.outer.ofTrainedGroups === facts.outer.rows,
    say: (facts) =>
      `${subject(facts)}, on validation rows: they did not train the encoders, but other rows of each "${column(facts)}" ` +
      `among them did. It is not what is known of a "${column(facts)}" that did not train:`,
  },
  {
    id: "information/heldout-of-some-trained-groups",
    when: ({ outer, ...facts }) =>
      heldout({ ...facts, outer }) && outer !== null && outer.ofTrainedGroups > 0 && outer.ofTrainedGroups < outer.rows,
    say: (facts) =>
      `${subject(facts)}, on validation rows, which did not train the encoders; of ${facts.outer?.rows} such rows ` +
      `${facts.outer?.ofTrainedGroups} share their "${column(facts)}" with rows that did:`,
  },
  {
    id: "information/heldout-of-other-groups",
    when: (facts) => heldout(facts) && facts.outer !== null && facts.outer.ofTrainedGroups === 0,
    say: (facts) => `${subject(facts)}, on validation rows, of which no "${column(facts)}" trained the encoders:`,
  },
  {
    id: "information/training-rows",
    when: (facts) => !heldout(facts),
    say: (facts) =>
      `${subject(facts)}, on rows that trained the encoders (model.fusion.atoms: ${shown(facts.atomsFrom)}), ` +
      "not on new ones:",
  },
];

function column({ outer }: InformationFacts): string {
  return shown(outer?.column ?? "");
}

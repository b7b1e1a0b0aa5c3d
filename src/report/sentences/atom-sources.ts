import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { formatBits } from "../text.js";

/** Bits below this are 0.00 in print. */
export const shownAsZero = 0.005;

/** Where an estimate comes from. */
export interface SourceFacts {
  readonly source: string | undefined;
  /** " (210 rows)", or nothing. */
  readonly rows: string;
  readonly intervals: boolean;
  /** Whether some amounts, of either part, are known from below only. */
  readonly lowerBound: boolean;
}

/** On which rows the atoms were measured, and what that does to them. */
export const sourceSentences: readonly Sentence<SourceFacts>[] = [
  {
    id: "source/heldout",
    when: ({ source }) => source === "heldout",
    say: ({ rows }) => `Estimated on rows that did not train the encoders${rows}.`,
  },
  {
    id: "source/allowance",
    when: ({ source, intervals }) => source === "heldout" && intervals,
    say: () =>
      "Upper ends allow for what more training rows would have taught the network: as much as it knows more about those that " +
      "trained it.",
  },
  {
    id: "source/lower-bound",
    when: ({ lowerBound }) => lowerBound,
    say: () =>
      "“At least”: the training rows are too few for so much information; what the network did not learn of them is no longer small " +
      "beside what is left unexplained there, and an upper end is not known.",
  },
  {
    id: "source/train",
    when: ({ source }) => source === "train",
    say: ({ rows }) =>
      `Estimated on the rows that trained the encoders${rows}: what these learned of single rows is counted in.`,
  },
  {
    id: "source/batch",
    when: ({ source }) => source === "batch",
    say: ({ rows }) =>
      `Estimated within batches of the rows that trained the encoders${rows}: what these learned of single rows is counted ` +
      "in, and what only products of latents or the predictor read is not.",
  },
];

/** A difference between two modalities beside the amounts that stand in the rows above it. */
export interface ContrastFacts {
  readonly pairs: readonly {
    readonly modalities: readonly [string, string];
    readonly difference: number;
    readonly ofRows: number;
  }[];
}

const differs = ({ difference, ofRows }: ContrastFacts["pairs"][number]) =>
  Math.abs(difference - ofRows) >= shownAsZero;

/** Why differences may not be those of the table above them. */
export const contrastSentences: readonly Sentence<ContrastFacts, Html>[] = [
  {
    id: "contrasts/other-than-rows",
    when: ({ pairs }) => pairs.some(differs),
    say: ({ pairs }) => {
      const { modalities, difference, ofRows } = pairs.filter(differs)[0];
      return html`Differences are taken before amounts are moved so that none is below 0 and no part exceeds the whole; those
        of the amounts above can be others (${modalities[0]} minus ${modalities[1]}: ${formatBits(difference)} here,
        ${formatBits(ofRows)} by the amounts above).`;
    },
  },
];

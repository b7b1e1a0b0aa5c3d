import type { HeadlineError } from "../../evaluation/headline.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { agree, formatNumber, joinWords, plural } from "../text.js";

/** What taking modalities away from complete test rows does to the error of one target. */
export interface AbsenceFacts {
  /** The error of the task. */
  readonly called: Pick<HeadlineError, "name" | "oneOf">;
  readonly target: string;
  readonly unit: string;
  /** Error of complete test rows. */
  readonly complete: number;
  /** Modalities whose absence raises it most, and the error without them. */
  readonly most: readonly string[];
  readonly error: number;
}

/** Which modality is missed. */
export const absenceSentences: readonly Sentence<AbsenceFacts, Html>[] = [
  {
    id: "absence/missed",
    when: ({ complete, error }) => error > complete,
    say: ({
      called,
      target,
      unit,
      complete,
      most,
      error,
    }) => html`For ${target} complete test rows have ${called.oneOf} of
      ${formatNumber(complete)}${unit}. Of what was taken away from them <b>${joinWords(most)}</b>
      ${agree(most.length, "is", "are")} missed most: without ${agree(most.length, "it", "them")} the ${called.name} is
      <b>${formatNumber(error)}${unit}</b>.`,
  },
  {
    id: "absence/not-missed",
    when: ({ complete, error }) => error <= complete,
    say: ({ called, target, unit, complete }) => html`For ${target} complete test rows have ${called.oneOf} of
      ${formatNumber(complete)}${unit}. No modality is missed: nothing that was taken away raises it.`,
  },
];

/** Rows that lack modalities, and whether the network was trained for them. */
export interface LackingFacts {
  readonly modalityDropout: number;
  /** Test rows that lack at least one modality. */
  readonly rows: number;
}

/** How many rows are concerned. */
export const lackingSentences: readonly Sentence<LackingFacts, Html>[] = [
  {
    id: "absence/untrained",
    when: ({ modalityDropout }) => modalityDropout === 0,
    say: () => html`The model was not trained for rows that lack a modality: it reads filled features in its place.
      <code>training.modalityDropout</code> is made for such rows.`,
  },
  {
    id: "absence/none-lack",
    when: ({ rows }) => rows === 0,
    say: () => html`No test row lacks a modality.`,
  },
  {
    id: "absence/some-lack",
    when: ({ rows }) => rows > 0,
    say: ({ rows }) => html`${plural(rows, "test row")} ${agree(rows, "lacks", "lack")} one or more in fact.`,
  },
];

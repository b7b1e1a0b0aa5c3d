import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { formatNumber, formatPercent, plural } from "../text.js";

/** How training went. */
export interface LossFacts {
  /** Members of an ensemble, of which member 1 is shown; 1 for a single training. */
  readonly members: number;
  /** Best validation loss of the two short fits that choose how features enter; undefined where there were none. */
  readonly pilots: { readonly plain: number; readonly periodic: number } | undefined;
  /** Terms of the objective in the last epoch by their share in the sum of absolute weighted values, largest first. */
  readonly terms: readonly { readonly name: string; readonly share: number }[];
  /** The epoch whose weights were kept; undefined where none is marked. */
  readonly kept: KeptFacts | undefined;
  /** Whether no epoch of stage 2 was better on the validation rows than what stage 1 left. */
  readonly keptFromStage1: boolean;
  readonly epochs: number;
}

/** The best epoch on the validation rows. */
export interface KeptFacts {
  readonly epoch: number;
  readonly loss: number | undefined;
  /** Name of the error of the task. */
  readonly called: string;
  /** In the unit of the only target; undefined with several targets. */
  readonly error: number | undefined;
  /** Mean over several targets of error over the standard deviation in training. */
  readonly relative: number | undefined;
}

/** What the curves say. */
export const lossSentences: readonly Sentence<LossFacts, Html>[] = [
  {
    id: "losses/pilots",
    when: ({ pilots }) => pilots !== undefined,
    say: ({
      pilots,
    }) => html`Two short fits first compared features as they are with periodic embeddings of them, the latter until they were
      better: validation loss ${formatNumber(pilots?.plain ?? null)} against ${formatNumber(pilots?.periodic ?? null)}.`,
  },
  {
    id: "losses/objective",
    when: ({ terms }) => terms.length > 0,
    say: ({
      terms: [first, second],
    }) => html`In the last epoch <b>${first.name}</b> made up ${formatPercent(first.share)} of
      the objective${second === undefined ? null : html`, ${second.name} ${formatPercent(second.share)}`}.`,
  },
  {
    id: "losses/no-objective",
    when: ({ terms }) => terms.length === 0,
    say: () => html`The objective had no weighted term in the last epoch.`,
  },
  {
    id: "losses/kept",
    when: ({ kept }) => kept !== undefined,
    say: ({
      kept,
      epochs,
    }) => html`The weights of epoch <b>${kept?.epoch ?? ""}</b> of ${plural(epochs, "epoch")} were kept,
      where validation was best${scores(kept)}.`,
  },
  {
    id: "losses/kept-from-stage-1",
    when: ({ keptFromStage1 }) => keptFromStage1,
    say: () =>
      html`No epoch of stage 2 was better on the validation rows than the weights of stage 1, which were kept.`,
  },
  {
    id: "losses/of-member-1",
    when: ({ members }) => members > 1,
    say: ({ members }) => html`All this is of member 1 of ${plural(members, "member")}.`,
  },
];

function scores(kept: KeptFacts | undefined): string {
  if (kept?.loss === undefined) return "";
  const { loss, called, error, relative } = kept;
  const told = [
    `loss ${formatNumber(loss)}`,
    ...(error === undefined ? [] : [`${called} ${formatNumber(error)}`]),
    ...(relative === undefined
      ? []
      : [`${called} ${formatNumber(relative)} standard deviations of the target, mean over the targets`]),
  ];
  return ` (${told.join(", ")})`;
}

import { weighsTerms } from "../../config/model.js";
import { type Stage1End, settlingOf } from "../../training/phases/stage1-end.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { endReason, moreTime, toJudge, whyTooFew } from "../stage1-words.js";
import { formatBits, joinWords, plural } from "../text.js";

/** How stage 1 ended, what it froze, and what stage 2 did to the total. */
export interface TrajectoryFacts {
  /** Members of an ensemble, whose curves are those of member 1; 1 for a single training. */
  readonly members: number;
  /** Undefined where the fusion weights were not learned. */
  readonly stage1: StageFacts | undefined;
  /** Whether any part of the run shows information in the end. */
  readonly found: boolean;
  /** Whether a check found more than the Gaussian reading sees. */
  readonly beyond: boolean;
  /** Whether a check asked what the Gaussian reading does not see. */
  readonly checked?: boolean;
  /** Whether the target is of classes, whose information is no Gaussian reading. */
  readonly ofClasses?: boolean;
  /** `model.fusion.method`. */
  readonly fusion: string | undefined;
  /** "alpha 0.50", largest kept; empty where none are recorded. */
  readonly weights: readonly string[];
  /** How many weights are not named. */
  readonly moreWeights: number;
  /** Total information at the end of stage 1 and of stage 2, bits; undefined where one is not known. */
  readonly change: { readonly before: number; readonly after: number } | undefined;
}

/** pid.json.stage1; of an ensemble the longest, settled where all members settled. */
export interface StageFacts extends Stage1End {
  readonly epochs: number;
  /** Whether there was information to weight by; undefined in runs of versions that did not ask the weights. */
  readonly informative: boolean | undefined;
  readonly switches: number;
  /** Members that ended without information. */
  readonly uninformativeMembers: number;
}

type Told = Sentence<TrajectoryFacts, Html>;

const weighs = ({ fusion }: TrajectoryFacts) => fusion === undefined || weighsTerms(fusion);
const stage = (facts: TrajectoryFacts) => facts.stage1 as StageFacts;
const learned = ({ stage1 }: TrajectoryFacts) => stage1 !== undefined;
const informed = (facts: TrajectoryFacts) =>
  learned(facts) && stage(facts).informative !== false && stage(facts).uninformativeMembers === 0;
const settling = (facts: TrajectoryFacts) => settlingOf(stage(facts));
/** Where the run says why, ", since ..". */
const why = (facts: TrajectoryFacts) => {
  const reason = endReason(stage(facts));
  return reason === undefined ? "" : `, ${reason}`;
};
/** What runs of versions that did not record the reason are told of it. */
const eitherReason =
  "Where that is training.stage1.maxEpochs, a larger one gives them more time; where it is less, the network had begun to learn its training rows by heart.";
const remedy = (facts: TrajectoryFacts) => {
  if (endReason(stage(facts)) === undefined) return ` ${eitherReason}`;
  const time = moreTime(stage(facts));
  return time === "" ? "" : ` ${time[0].toUpperCase()}${time.slice(1)}.`;
};
const took = (facts: TrajectoryFacts) => (facts.members > 1 ? "The longest stage 1 of the members" : "Stage 1");

const byReading = ({ ofClasses }: TrajectoryFacts) =>
  ofClasses === true ? "the probabilities of held-out rows" : "the Gaussian reading";

/** Whether atoms and weights had settled. */
const settled: readonly Told[] = [
  {
    id: "trajectory/fixed-weights",
    when: (facts) => !learned(facts),
    say: () => html`The fusion weights were not learned: there was no stage 1 in which the atoms could settle.`,
  },
  {
    id: "trajectory/some-members-without",
    when: (facts) => learned(facts) && stage(facts).uninformativeMembers > 0,
    say: (facts) => html`${took(facts)} took <b>${plural(stage(facts).epochs, "epoch")}</b>; in
      ${plural(stage(facts).uninformativeMembers, "member")} it ended without information that
      ${byReading(facts)} can tell from 0, with equal fusion weights.`,
  },
  {
    id: "trajectory/without-information",
    when: (facts) => learned(facts) && stage(facts).informative === false && stage(facts).uninformativeMembers === 0,
    say: (
      facts,
    ) => html`${took(facts)} took <b>${plural(stage(facts).epochs, "epoch")}</b> and ended <b>without information
      that ${byReading(facts)} can tell from 0</b>, so the fusion weights were left equal.`,
  },
  {
    id: "trajectory/settled",
    when: (facts) => informed(facts) && stage(facts).converged,
    // Versions that do not say whether there was information did not ask the weights.
    say: (facts) => html`${took(facts)} took <b>${plural(stage(facts).epochs, "epoch")}</b>; by then
      ${stage(facts).informative === undefined ? "every atom" : "every atom and every fusion weight"} had stopped moving.`,
  },
  {
    id: "trajectory/cut",
    when: (facts) => informed(facts) && settling(facts) === "moving" && facts.found,
    say: (
      facts,
    ) => html`${took(facts)} ended after <b>${plural(stage(facts).epochs, "epoch")}</b>${why(facts)}: <b>the atoms had
      not settled</b>${facts.members > 1 ? " in at least one member" : ""}, and the weights were frozen all the same.${remedy(facts)}`,
  },
  {
    id: "trajectory/not-judged",
    when: (facts) => informed(facts) && settling(facts) === "unjudged" && facts.found,
    say: (
      facts,
    ) => html`${took(facts)} ended after <b>${plural(stage(facts).epochs, "epoch")}</b>${why(facts)}, too few to judge
      <b>whether the atoms had settled</b>${facts.members > 1 ? " in every member" : ""}: ${whyTooFew(stage(facts))}. The weights were
      frozen all the same. ${toJudge(stage(facts))} tell.`,
  },
  {
    id: "trajectory/cut-without-information",
    when: (facts) => informed(facts) && settling(facts) !== "settled" && !facts.found,
    say: (
      facts,
    ) => html`${took(facts)} ended after <b>${plural(stage(facts).epochs, "epoch")}</b>${why(facts)}, before the atoms
      ${settling(facts) === "moving" ? "had settled" : "could be seen to settle"}; after stage 2 no information can be told from 0${facts.checked === true ? "" : ` by ${byReading(facts)}`}.`,
  },
  {
    id: "trajectory/switched",
    when: (facts) => learned(facts) && stage(facts).switches > 0,
    say: (
      facts,
    ) => html`Between equal weights (no information told from 0 by ${byReading(facts)}) and weights of atoms it changed
      ${facts.members > 1 ? "up to " : ""}${plural(stage(facts).switches, "time")}; the frozen weights average only the epochs
      since the last change.`,
  },
];

/** What the representation is fused with. */
const fusing: readonly Told[] = [
  {
    id: "trajectory/weights",
    when: (facts) => weighs(facts) && facts.weights.length > 1 && facts.members === 1,
    say: (facts) => html`The representation is fused with the weights ${listed(facts)}.`,
  },
  {
    id: "trajectory/mean-weights",
    when: (facts) => weighs(facts) && facts.weights.length > 1 && facts.members > 1,
    say: (facts) => html`The representation is fused, on average over all members, with the weights ${listed(facts)}.`,
  },
  {
    id: "trajectory/gaussian-weights",
    when: (facts) => weighs(facts) && facts.weights.length > 1 && facts.beyond && informed(facts),
    say: () => html`They are made of the Gaussian reading: what only sets the spread of a target has no weight, and adds nothing
      to the prediction of its mean.`,
  },
  {
    id: "trajectory/no-weights",
    when: (facts) => !weighs(facts),
    say: ({ fusion }) => html`The fusion of this run, <code>${fusion ?? ""}</code>, uses no weights.`,
  },
];

function listed({ weights, moreWeights }: TrajectoryFacts): string {
  return joinWords(moreWeights === 0 ? weights : [...weights, plural(moreWeights, "smaller one")], weights.length + 1);
}

/** From the freeze to the end: what training on with frozen weights did to the atoms. */
const changing: readonly Told[] = [
  {
    id: "trajectory/stage2-left",
    when: ({ change }) => change !== undefined && formatBits(change.before) === formatBits(change.after),
    say: ({ change, members }) =>
      html`${members > 1 ? "In member 1 stage" : "Stage"} 2 left the total at ${formatBits(change?.after ?? null)} bits.`,
  },
  {
    id: "trajectory/stage2-moved",
    when: ({ change }) => change !== undefined && formatBits(change.before) !== formatBits(change.after),
    say: ({ change, members }) => html`${members > 1 ? "In member 1 stage" : "Stage"} 2 moved the total from
      ${formatBits(change?.before ?? null)} to ${formatBits(change?.after ?? null)} bits.`,
  },
  {
    id: "trajectory/of-member-1",
    when: ({ members }) => members > 1,
    say: ({
      members,
    }) => html`The curves are those of member 1 of ${plural(members, "member")}; the atoms and weights of the
      ensemble are means over all.`,
  },
];

/** All that is said of how the atoms settled. */
export const trajectorySentences: readonly Told[] = [...settled, ...fusing, ...changing];

import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { agree, formatCount, formatShare, plural } from "../text.js";

/** How nearly normal the latent of one modality is. */
export interface LatentFacts {
  readonly name: string;
  readonly dimensions: number;
  /** Coordinates that are the same in every row. */
  readonly constant: number;
  /** Of those that vary: how many are tested, and how many depart from normal at the 5 % level. */
  readonly tested: number;
  readonly departing: number;
  /** W of the middle and of the worst coordinate; 1 where none varies. */
  readonly middle: number;
  readonly worst: number;
  /** W below which one in twenty normal samples of so many rows falls. */
  readonly limit: number;
}

/** W from which a departure is too small to be seen in a plot. */
const slight = 0.99;

/**
 * Coordinates that depart at the 5 % level by chance: what 19 in 20 sets of as many normal coordinates do not exceed,
 * n p + 1.645 sqrt(n p (1 - p)), if they were independent.
 */
export function departingByChance(tested: number): number {
  return 0.05 * tested + 1.645 * Math.sqrt(tested * 0.05 * 0.95);
}

const departs = ({ tested, departing }: LatentFacts) => departing > departingByChance(tested);
const mostDepart = (facts: LatentFacts) => departs(facts) && 2 * facts.departing > facts.tested;

/** What the tests of normality show. */
export const latentSentences: readonly Sentence<LatentFacts, Html>[] = [
  {
    id: "latents/still",
    when: ({ tested }) => tested === 0,
    say: ({ name }) => html`The latent of <b>${name}</b> is the same in every row: it carries nothing.`,
  },
  {
    id: "latents/normal",
    when: (facts) => facts.tested > 0 && !departs(facts),
    say: (facts) => html`The latent of <b>${facts.name}</b> cannot be told from normal: ${counts(facts)}.`,
  },
  {
    id: "latents/some-depart",
    when: (facts) => departs(facts) && !mostDepart(facts),
    say: (facts) =>
      html`The latent of <b>${facts.name}</b> departs from normal in a part of its coordinates: ${counts(facts)}.`,
  },
  {
    id: "latents/slight",
    when: (facts) => mostDepart(facts) && facts.middle >= slight,
    say: (facts) => html`The latent of <b>${facts.name}</b> departs from normal, by little: ${counts(facts)}.`,
  },
  {
    id: "latents/not-normal",
    when: (facts) => mostDepart(facts) && facts.middle < slight,
    say: (facts) => html`The latent of <b>${facts.name}</b> is <b>not normal</b>: ${counts(facts)}.`,
  },
  {
    id: "latents/some-still",
    when: ({ constant, tested }) => constant > 0 && tested > 0,
    say: ({ constant, dimensions }) =>
      html`Of its ${plural(dimensions, "coordinate")} ${formatCount(constant)} ${agree(constant, "stands", "stand")} still.`,
  },
];

function counts({ tested, departing, middle, worst, limit }: LatentFacts): Html {
  return html`${formatCount(departing)} of ${plural(tested, "coordinate")} ${agree(departing, "departs", "depart")} at the 5 % level (W ${formatShare(middle)} in
    the middle coordinate, ${formatShare(worst)} in the worst; one in twenty normal samples has less than ${formatShare(limit)})`;
}

import type { Difference } from "../../evaluation/baseline-differences.js";
import { within } from "../alike.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { formatNumber, joinWords } from "../text.js";

/** What taking out one part of the fused representation does to the test error of one target. */
export interface WithoutFacts {
  /** Name of the error of the task. */
  readonly called: string;
  readonly target: string;
  readonly unit: string;
  /** With every part. */
  readonly error: number;
  /** Largest cost first; at least one. */
  readonly parts: readonly {
    readonly component: string;
    readonly error: number;
    /** Error without it minus error with it. */
    readonly cost: Pick<Difference, "value" | "low" | "high">;
  }[];
}

type Part = WithoutFacts["parts"][number];

const isNeeded = ({ cost }: Part) => cost.low > 0;
const isOpen = ({ cost }: Part) => cost.low <= 0 && cost.high >= 0;
const isHarmful = ({ cost }: Part) => cost.high < 0;

/** What this model leans on. */
export const withoutSentences: readonly Sentence<WithoutFacts, Html>[] = [
  {
    id: "without/leans-on",
    // One part alone is all there is to lean on.
    when: ({ parts }) => parts.length > 1 && isNeeded(parts[0]),
    say: ({ called, target, unit, error, parts: [first] }) => html`For ${target} the model leans most on
      <b>${first.component}</b>: without it the ${called} goes from ${formatNumber(error)} to ${formatNumber(first.error)}${unit}
      (${moreText(first)}).`,
  },
  {
    id: "without/also-needed",
    when: ({ parts }) => isNeeded(parts[0]) && parts.slice(1).some(isNeeded),
    say: ({ called, parts }) =>
      html`The ${called} is also higher without ${joinWords(parts.slice(1).filter(isNeeded).map(inNumbers))}.`,
  },
  {
    id: "without/needed",
    // The largest cost is the least certain one here, so that nothing can be said of most.
    when: ({ parts }) => !isNeeded(parts[0]) && parts.some(isNeeded),
    say: ({ called, target, parts }) =>
      html`For ${target} the ${called} is higher without ${joinWords(parts.filter(isNeeded).map(inNumbers))}.`,
  },
  {
    id: "without/none-needed",
    when: ({ parts }) => !parts.some(isNeeded),
    say: ({
      called,
      target,
      parts,
    }) => html`For ${target} taking out ${parts.length === 1 ? parts[0].component : "any one part"} does
      not raise the ${called} by an amount that these rows can show.`,
  },
  {
    id: "without/no-difference",
    when: ({ parts }) => parts.some(isOpen) && !parts.every(isOpen),
    say: ({ parts }) => html`Taking out ${joinWords(
      parts.filter(isOpen).map(({ component }) => component),
      undefined,
      "or",
    )}
      makes no difference that these rows can show.`,
  },
  {
    id: "without/lowers",
    when: ({ parts }) => parts.some(isHarmful),
    say: ({ called, parts }) =>
      html`The ${called} is <b>lower</b> without ${joinWords(parts.filter(isHarmful).map(inNumbers))}.`,
  },
];

/** "beta (by 0.10, 95 % interval 0.05 to 0.15)", whichever way. */
function inNumbers({ component, cost: { value, low, high } }: Part): string {
  const [from, to] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b);
  const written = within({ value: Math.abs(value), low: from, high: to });
  return `${component} (by ${written.value}, 95 % interval ${written.low} to ${written.high})`;
}

function moreText({ cost }: Part): string {
  const { value, low, high } = within(cost);
  return `${value} more, 95 % interval ${low} to ${high}`;
}

import type { PidEstimate } from "../pid/estimate/estimate-types.js";
import type { Contrast } from "../pid/types.js";
import { bitsWithError } from "./bits-text.js";
import { foremost } from "./foremost.js";
import type { Sentence } from "./sentence.js";
import { joinWords, plural } from "./text.js";

/** Standard errors within which two modalities tie. */
const tie = 2;

/** What a tie is told from. */
export type TieFacts = Pick<PidEstimate, "modalities" | "contrasts" | "information" | "rank">;

const isTied = ({ value, standardError }: Contrast) => standardError !== null && Math.abs(value) < tie * standardError;
const ties = ({ contrasts, rank }: TieFacts) => (rank.target === 1 ? (contrasts ?? []).filter(isTied) : []);

/** Differences of information, of which those of the pairs that know most come first; nothing where there are none. */
function differences({ information }: TieFacts, contrasts: readonly Contrast[]): string {
  const { byModality } = information;
  const { shown, more } = foremost(contrasts, ({ modalities: [a, b] }) => Math.min(byModality[a], byModality[b]));
  if (shown.length === 0) return "";
  const texts = shown.map(
    ({ modalities: [a, b], value, standardError }) => `${a} - ${b}: ${bitsWithError(value, standardError)}`,
  );
  const others = more === 0 ? "" : `; ${plural(more, "more pair")}, of which one knows no more`;
  return ` Read the difference in information instead (${texts.join("; ")} bits${others}).`;
}

function whoTies({ modalities }: TieFacts): string {
  return modalities.length === 2 ? joinWords(modalities) : `two of ${joinWords(modalities)}`;
}

/** What the flag "boundary" says; exactly one holds. */
export const boundarySentences: readonly Sentence<TieFacts>[] = [
  {
    id: "boundary/pairs",
    when: (facts) => ties(facts).length > 0,
    say: (facts) => {
      const tied = foremost(ties(facts), () => 0);
      const pairs = joinWords(
        [
          ...tied.shown.map(({ modalities: [a, b] }) => `${a} and ${b}`),
          ...(tied.more === 0 ? [] : [plural(tied.more, "more pair")]),
        ].map((pair, i, all) => (all.length > 1 && i < tied.shown.length ? `(${pair})` : pair)),
      );
      return (
        `boundary: ${pairs} tie within two standard errors, so the intervals of unique, redundant and synergistic parts ` +
        `hold whichever knows more, and are wide.` +
        differences(facts, ties(facts))
      );
    },
  },
  {
    id: "boundary/direction",
    when: (facts) => ties(facts).length === 0,
    say: (facts) =>
      `boundary: ${whoTies(facts)} see some direction of the target equally well, within two standard ` +
      `errors, so the intervals of unique, redundant and synergistic parts hold whichever knows more, and are wide.${differences(facts, facts.contrasts ?? [])}`,
  },
];

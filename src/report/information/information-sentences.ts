import type { NamedEstimate } from "../../mi/estimators/information-types.js";
import { isBeyond, isFound } from "../../mi/found.js";
import { bitsWithError, fixed } from "../bits-text.js";
import { type Sentence, said } from "../sentence.js";
import { formatCount, formatPercent, joinWords } from "../text.js";
import { answerOf, type Information, type Informations } from "./informations.js";

/** Informations that differ by more do not print alike, bits. */
const showsInPrint = 0.005;
/** Neighbours this far above the answer, beyond the errors of both, are worth a word, bits. */
const manyMore = 0.1;

interface Answered {
  readonly information: Information;
  readonly answer: NamedEstimate;
}

const answered = ({ informations }: Informations): Answered[] =>
  informations.flatMap((information) => {
    const answer = answerOf(information);
    return answer === null ? [] : [{ information, answer }];
  });
const found = (facts: Informations) => answered(facts).filter(({ answer }) => isFound(answer));
const nothing = (facts: Informations) => answered(facts).filter(({ answer }) => !isFound(answer));
const bits = ({ bits: value, standardError }: NamedEstimate) => bitsWithError(value, standardError);
const named = ({ modalities }: Information) =>
  modalities.length === 1 ? modalities[0] : `${joinWords(modalities)} together`;
const tells = ({ modalities }: Information) => (modalities.length === 1 ? "tells" : "tell");
const by = (information: Information, name: string) =>
  information.estimates.find(({ estimator }) => estimator === name);

/** Answers beyond the Gaussian reading of the same rows, each with the difference. */
function beyond(facts: Informations) {
  return answered(facts).flatMap(({ information, answer }) => {
    const straight = by(information, "gaussian");
    if (straight === undefined || answer.estimator === "gaussian") return [];
    const more = {
      bits: answer.bits - straight.bits,
      standardError: Math.hypot(answer.standardError, straight.standardError),
    };
    return isBeyond(more) ? [{ information, more }] : [];
  });
}

function undershot(facts: Informations) {
  return answered(facts).flatMap(({ information, answer }) => {
    const near = by(information, "ksg");
    if (near === undefined || !near.converged || answer.estimator === "ksg") return [];
    const errors = 2 * Math.hypot(near.standardError, answer.standardError);
    return near.bits - answer.bits > manyMore + errors ? [{ information, near }] : [];
  });
}

/** Modalities that tell more alone than the answer of all of them does, by more than the error of either. */
function unused(facts: Informations): Answered[] {
  const all = answered(facts);
  return all.filter(({ information, answer }) =>
    all.some(
      (other) =>
        other.information.modalities.length > information.modalities.length &&
        information.modalities.every((name) => other.information.modalities.includes(name)) &&
        isFound(answer) &&
        answer.bits - other.answer.bits > Math.max(showsInPrint, answer.standardError, other.answer.standardError),
    ),
  );
}

/** The correlation that two normal variables of so much information have: sqrt(1 - 2^(-2 I)). */
export function correlationOf(information: number): number {
  return Math.sqrt(1 - 2 ** (-2 * Math.max(0, information)));
}

function amount({ answer }: Answered, { entropy }: Informations): string {
  const least = answer.is === "lower bound" ? "at least " : "";
  if (entropy === null) return `${least}${bits(answer)} bits`;
  return `${least}${bits(answer)} of the ${fixed(entropy, 2)} bits`;
}

function likeness({ answer }: Answered, { entropy, about }: Informations): string {
  if (entropy !== null) return `${formatPercent(Math.min(1, answer.bits / entropy))} of what there is to know`;
  return `as much as a correlation of ${fixed(correlationOf(answer.bits), 2)} with ${about} would, were all normal`;
}

/** What estimates of mutual informations say. */
export const informationSentences: readonly Sentence<Informations>[] = [
  {
    id: "information/found",
    when: (facts) => found(facts).length > 0,
    say: (facts) =>
      `${joinWords(
        found(facts).map(
          (each) =>
            `${named(each.information)} ${tells(each.information)} ${amount(each, facts)} about ${facts.about} (${likeness(each, facts)})`,
        ),
        facts.informations.length,
      )}.`,
  },
  {
    id: "information/nothing",
    when: (facts) => nothing(facts).length > 0,
    say: (facts) =>
      `Of ${joinWords(nothing(facts).map(({ information, answer }) => `${named(information)} (${bits(answer)} bits)`))} ` +
      `no information about ${facts.about} was found with ${formatCount(facts.n)} rows; more rows may find some.`,
  },
  {
    id: "information/beyond",
    when: (facts) => beyond(facts).length > 0,
    say: (facts) =>
      `More than straight relations of ranks: ${joinWords(
        beyond(facts).map(
          ({ information, more }) =>
            `of ${named(information)} ${bitsWithError(more.bits, more.standardError)} bits beyond the Gaussian reading`,
        ),
      )}.`,
  },
  {
    id: "information/neighbours",
    when: (facts) => undershot(facts).length > 0,
    say: (facts) =>
      `Nearest neighbours put ${joinWords(undershot(facts).map(({ information, near }) => `${named(information)} at ${bits(near)} bits`))}: ` +
      "there may be more than the answer shows.",
  },
  {
    id: "information/unused",
    when: (facts) => unused(facts).length > 0,
    say: (facts) =>
      `The reading of all together did not use what that of ${joinWords(unused(facts).map(({ information }) => named(information)))} ` +
      "uses; all together tell at least as much.",
  },
  {
    id: "information/fixed",
    when: ({ informations }) => informations.some(({ estimates }) => estimates.length > 1),
    say: (facts) =>
      `The answer is that of ${joinWords([...new Set(answered(facts).map(({ answer }) => answer.estimator))])}, which is fixed beforehand: ` +
      "the largest of several estimates of the same rows would be too large.",
  },
];

/** Why estimators were left out: "ksg of a and b: 5 columns ..". */
function leftOutOf({ informations }: Informations): string[] {
  const byReason = new Map<string, string[]>();
  for (const information of informations) {
    for (const { estimator, why } of information.leftOut) {
      const key = `${estimator}\n${why}`;
      byReason.set(key, [...(byReason.get(key) ?? []), named(information)]);
    }
  }
  return [...byReason].map(([key, of]) => {
    const [estimator, why] = key.split("\n");
    const which = of.length === informations.length ? "" : ` of ${joinWords(of)}`;
    return `${estimator}${which} was left out: ${why}.`;
  });
}

/** What estimates of mutual informations say, and what they warn of. */
export function informationFindings(facts: Informations): string[] {
  const warnings = facts.informations.flatMap((information) =>
    information.estimates.flatMap(({ estimator, warnings: own }) =>
      own.map((warning) => `${named(information)}, ${estimator}: ${warning}.`),
    ),
  );
  return [...said(informationSentences, facts), ...leftOutOf(facts), ...warnings];
}

import { z95 } from "../../math/descriptive.js";
import { type AtomRow, isLowerBound, isZero, sharedBySeveral, withInterval } from "../atom-rows.js";
import { foremost } from "../foremost.js";
import { type Html, html } from "../html.js";
import { synergyWords } from "../readings.js";
import type { Sentence } from "../sentence.js";
import { agree, formatBits, formatPercent, joinWords, plural } from "../text.js";
import type { AtomFacts, Tie } from "./atom-facts.js";
import { shownAsZero } from "./atom-sources.js";

type Told = Sentence<AtomFacts, Html>;

const found = ({ own }: AtomFacts) => own.found;
const gaussianNowhere = ({ own, test }: AtomFacts) => !own.found && !(test?.found ?? false);
const foundNowhere = (facts: AtomFacts) => gaussianNowhere(facts) && facts.check?.informationFound !== true;
const isBeyond = ({ check }: AtomFacts) => check?.nonGaussian === true;

/** Where more was found than the Gaussian reading sees, that comes first. */
const beyond: readonly Told[] = [
  {
    id: "atoms/beyond",
    when: isBeyond,
    say: ({
      check,
      targets,
    }) => html`<b>The Gaussian reading is not enough.</b> ${check?.words.join(" ") ?? ""} The atoms
      below are of the Gaussian reading${targets.length === 1 ? html`, about the mean of ${targets[0]}` : null}.`,
  },
];

/** What a check says that found nothing beyond. */
const enough: readonly Told[] = [
  {
    id: "atoms/enough",
    when: ({ check }) => check !== undefined && !check.nonGaussian && check.informationFound,
    say: ({ check }) => html`${check?.words.join(" ") ?? ""}`,
  },
];
const about = ({ targets }: AtomFacts) => joinWords(targets);

/** Where no information can be told from 0. */
const nothing: readonly Told[] = [
  {
    id: "atoms/no-information",
    when: foundNowhere,
    say: (facts) => {
      const parts = facts.test === undefined ? [facts.own] : [facts.own, facts.test];
      const totals = joinWords(parts.map(({ rows, total }) => `${total} on the ${rows}`));
      return html`<b>No information was found.</b> What ${joinWords(facts.modalities)}${together(facts)}
        ${agree(facts.modalities.length, "tells", "tell")} about ${about(facts)}, ${totals}, cannot be told from 0${byGaussian(facts)}, so the
        atoms below have no meaning.${facts.check === undefined ? null : " A conditional density found none either."}`;
    },
  },
  {
    id: "atoms/none-about-the-mean",
    when: (facts) => gaussianNowhere(facts) && !foundNowhere(facts),
    say: (facts) => {
      const parts = facts.test === undefined ? [facts.own] : [facts.own, facts.test];
      const totals = joinWords(parts.map(({ rows, total }) => `${total} on the ${rows}`));
      return html`The Gaussian reading by itself tells nothing from 0: what ${joinWords(facts.modalities)}${together(facts)}
        ${agree(facts.modalities.length, "tells", "tell")} about ${isScalar(facts) ? "the mean of " : null}${about(facts)} is ${totals}, so its atoms have no meaning.`;
    },
  },
  {
    id: "atoms/parts-disagree",
    when: (facts) => !found(facts) && !gaussianNowhere(facts),
    say: (facts) => html`<b>The parts disagree.</b> On the ${facts.own.rows} what
      ${joinWords(facts.modalities)}${together(facts)} ${agree(facts.modalities.length, "tells", "tell")} about ${about(facts)},
      ${facts.own.total}, cannot be told from 0${byGaussian(facts)}, so the atoms of these rows have no meaning; on the ${facts.test?.rows ?? ""}
      it is ${facts.test?.total ?? ""}, with the atoms in the last column of the table.`,
  },
  {
    id: "atoms/equal-weights",
    when: (facts) => !found(facts) && facts.weights?.equal === true,
    say: (facts) =>
      isBeyond(facts)
        ? html`The fusion weights are equal, since they are made of the Gaussian reading.`
        : html`The fusion weights are equal.`,
  },
  {
    id: "atoms/unequal-weights",
    when: (facts) => !found(facts) && facts.weights?.equal === false,
    say: () => html`The fusion weights are not equal: they were made in stage 1, of atoms of the network as it was then
      (“How the atoms settled”).`,
  },
];

function together({ modalities }: AtomFacts): string {
  return modalities.length === 1 ? "" : " together";
}

const isScalar = ({ targets }: AtomFacts) => targets.length === 1;
const isKnown = ({ total }: AtomFacts) => total.value !== null;

/** Which reading the numbers are of, where another one comes first. */
function reading(facts: AtomFacts): Html | null {
  return isBeyond(facts) ? html`By the Gaussian reading ` : null;
}

/** A sentence that says of something that it is not there, with whose eyes that was seen. */
function negative({ ofGaussian }: AtomFacts, first: string): string {
  return ofGaussian ? `By the Gaussian reading ${first[0].toLowerCase()}${first.slice(1)}` : first;
}

/** The same behind "from 0". */
const byGaussian = ({ ofGaussian }: AtomFacts) => (ofGaussian ? " by the Gaussian reading" : "");

/** How much there is. */
const totals: readonly Told[] = [
  {
    id: "atoms/total-of-one",
    when: (facts) => found(facts) && facts.modalities.length === 1,
    say: (facts) =>
      html`${reading(facts)}${facts.modalities[0]} carries <b>${withInterval(facts.total)} bits</b> about ${about(facts)} on the
        ${facts.own.rows}${spread(facts)}.`,
  },
  {
    id: "atoms/total",
    when: (facts) => found(facts) && facts.modalities.length > 1,
    say: (
      facts,
    ) => html`${isBeyond(facts) ? html`${reading(facts)}together` : "Together"} ${joinWords(facts.modalities)} carry <b>${withInterval(facts.total)} bits</b> about
      ${about(facts)} on the ${facts.own.rows}${spread(facts)}.`,
  },
];

/** Bits as something to hold on to: every bit halves the spread of what stays unknown (Gaussian target); of classes a share. */
function spread(facts: AtomFacts): string | null {
  if (!isScalar(facts) || !isKnown(facts)) return null;
  const { entropy } = facts;
  if (entropy !== undefined) {
    const share = formatPercent((facts.total.value ?? 0) / entropy);
    return `, ${share} of the ${formatBits(entropy)} bits that it takes to name the class of a row`;
  }
  const it = facts.modalities.length === 1 ? "it" : "them";
  const left = formatPercent(2 ** -(facts.total.value ?? 0));
  return `: knowing ${it} shrinks the spread of a Gaussian target to ${left}${isLowerBound(facts.total) ? " or less" : ""}`;
}

/** Most sentences of one kind. */
export const mostSentences = 6;

const size = ({ value }: AtomRow) => value ?? Number.POSITIVE_INFINITY;
/** Whether the interval of an atom leaves 0 out; null where no interval is known. */
const aboveZero = ({ low }: AtomRow) => (low === null ? null : low > 0);

/** Each of modalities that add up tells something by itself, so that only such ones can have synergy without interacting. */
const tellsAlone = (row: AtomRow) => (row.value ?? 1) >= shownAsZero && aboveZero(row) !== false;

/** Atoms by what can be said of them, where there is more than one. */
function sorted(facts: AtomFacts) {
  const atoms = facts.modalities.length === 1 ? [] : facts.atoms;
  const none = atoms.filter((a) => isZero(a.value) && !isLowerBound(a) && (a.high ?? 0) < shownAsZero);
  const shown = atoms.filter((a) => aboveZero(a) !== false && !isZero(a.value)).sort((a, b) => size(b) - size(a));
  const hidden = foremost(
    atoms.filter((a) => aboveZero(a) === false && !none.includes(a)),
    size,
    mostSentences,
  );
  return { none, shown, hidden };
}

/** How it is split. */
const parts: readonly Told[] = [
  {
    id: "atoms/split",
    when: (facts) => found(facts) && sorted(facts).shown.length > 0,
    say: (facts) => {
      const { shown } = sorted(facts);
      const told = shown.map(
        (a) => html`<b>${formatBits(a.value)} bits</b>${share(a, facts.total)} are ${place(facts, a)}`,
      );
      return html`Of these, ${told.map((part, i) => html`${i === 0 ? "" : i === told.length - 1 ? " and " : ", "}${part}`)}.`;
    },
  },
  {
    id: "atoms/synergy",
    when: (facts) =>
      found(facts) &&
      facts.alone.filter(tellsAlone).length > 1 &&
      sorted(facts).shown.some(({ key, value }) => key === "synergy" && (value ?? 1) >= shownAsZero),
    say: ({ modalities }) => html`${synergyWords(modalities.length === 2)}`,
  },
  {
    id: "atoms/not-told-from-0",
    when: (facts) => found(facts) && sorted(facts).hidden.shown.length > 0,
    say: (facts) => {
      const { shown, more } = sorted(facts).hidden;
      const told = shown.map(
        (a, i) =>
          html`${i === 0 ? negative(facts, "What") : " What"} is ${place(facts, a)}, ${withInterval(a)} bits, cannot be told from 0.`,
      );
      return html`${told}${more === 0 ? null : html` Nor can ${plural(more, "smaller amount")}.`}`;
    },
  },
  {
    id: "atoms/none-in",
    when: (facts) => found(facts) && sorted(facts).none.length > 0,
    say: (facts) => {
      const places = sorted(facts).none.map((a) => place(facts, a));
      return html`${negative(facts, "Nothing")} is ${joinWords(places, undefined, "or")}.`;
    },
  },
];

function share(atom: AtomRow, total: AtomRow): Html | null {
  if (atom.value === null || total.value === null || total.value <= 0) return null;
  return html` (${formatPercent(atom.value / total.value)})`;
}

function place({ modalities }: AtomFacts, { key, label }: AtomRow): string {
  const two = modalities.length === 2;
  if (label === sharedBySeveral) return "in two or more modalities";
  if (key === "redundancy") return two ? "in both modalities" : "in every modality";
  if (key === "partialRedundancy") return "in some modalities but not all";
  if (key === "synergy") return two ? "only in the two together" : "only in several modalities together";
  return `only in ${key.slice("unique:".length)}`;
}

/** Only with one target does the best modality alone have a unique part, so that a tie at the top leaves open which. */
const isOpen = (facts: AtomFacts) => (tie: Tie) => isScalar(facts) && tie.best;

/** Where modalities tie, the difference between them is the finding, not who gets the unique part. */
const tied: readonly Told[] = [
  {
    id: "atoms/tie-at-the-top",
    when: (facts) => found(facts) && facts.ties.some(isOpen(facts)),
    say: (facts) =>
      sentences(
        facts.ties.filter(isOpen(facts)),
        (tie) => html`${difference(tie)}, so which of them has the
      unique part is open.`,
      ),
  },
  {
    id: "atoms/tie",
    when: (facts) => found(facts) && !facts.ties.every(isOpen(facts)),
    say: (facts) =>
      sentences(
        facts.ties.filter((tie) => !isOpen(facts)(tie)),
        (tie) => html`${difference(tie)}.`,
      ),
  },
  {
    id: "atoms/more-ties",
    when: (facts) => found(facts) && facts.moreTies > 0,
    say: ({ moreTies }) => html`The same holds of ${plural(moreTies, "other pair")} of modalities that know less.`,
  },
];

function sentences(ties: readonly Tie[], say: (tie: Tie) => Html): Html {
  return html`${ties.map((tie, i) => [i === 0 ? "" : " ", say(tie)])}`;
}

function difference({ modalities: [a, b], value, standardError }: Tie): Html {
  const interval = `${formatBits(value - z95 * standardError)} to ${formatBits(value + z95 * standardError)}`;
  return html`These rows cannot tell whether ${a} or ${b} alone tells more (difference ${formatBits(value)} bits, 95 %
    interval ${interval})`;
}

/** What the test rows say beside. */
const tests: readonly Told[] = [
  {
    id: "atoms/total-on-test-rows",
    when: (facts) => found(facts) && facts.test?.found === true,
    say: ({ test }) => html`On the ${test?.rows ?? ""} the total is ${test?.total ?? ""}.`,
  },
  {
    id: "atoms/none-on-test-rows",
    when: (facts) => found(facts) && facts.test?.found === false,
    say: (facts) =>
      html`On the ${facts.test?.rows ?? ""} the total, ${facts.test?.total ?? ""}, cannot be told from 0${byGaussian(facts)}.`,
  },
];

/** What each modality contributes; sentences of a group stand in one paragraph. */
export const atomSentences = { beyond, nothing, totals, parts, tied, tests, enough } as const;

import type { GaussianCheck } from "../mi/check-types.js";
import type { PidEstimate } from "../pid/estimate/estimate-types.js";
import type { PidValues } from "../pid/types.js";
import { shown } from "../shown.js";
import { checkText } from "./check-text.js";
import { cutNote, type Foremost, foremost } from "./foremost.js";
import { heldOutBelow } from "./held-out.js";
import {
  bitsWithError,
  cautionSentences,
  decimalsFor,
  findingSentences,
  fixed,
  isByDefinition,
} from "./pid-sentences.js";
import { readingWords } from "./readings.js";
import { joinWords, plural } from "./text.js";
import { alignColumns, wrapWords } from "./text-columns.js";

/** What a decomposition is about, for its heading. */
export interface PidSubject {
  readonly targets: readonly string[];
  /** columns per modality */
  readonly widths: Readonly<Record<string, number>>;
  /** "all rows", or a group: "site = AnnArbor_a" */
  readonly rows: string;
  /** Whether the target stands for the normal scores of its ranks. */
  readonly transformed?: boolean;
  /** How the target was read, and why. */
  readonly targetKind?: { readonly kind: string; readonly reason: string } | null;
  /** Of the same rows, where it was made. */
  readonly check?: GaussianCheck | undefined;
  /** How the decomposition is made of ranks, where it was not. */
  readonly toRanks?: string | null;
}

type Pick = (values: PidValues) => number;

/** Widest line of prose, columns. */
const lineWidth = 110;

/**
 * A decomposition as text for a terminal: heading, table of bits with errors and intervals, one sentence per finding,
 * cautions. Lines end with "\n".
 */
export function pidText(estimate: PidEstimate, subject: PidSubject): string {
  const target = joinWords(subject.targets);
  const checked = checkBlock(estimate, subject, target);
  const more = subject.check?.nonGaussian === true;
  const reading = more && subject.check?.bound ? `, about the mean of ${shown(target)}` : "";
  // Without a check nothing says that there is no more.
  const ofGaussian = more || (subject.check === undefined && estimate.classes === undefined);
  const blocks = [
    heading(estimate, subject, target),
    more ? checked : "",
    valueTable(estimate, target, more ? "Gaussian reading" : ""),
    classTable(estimate),
    readingTable(estimate),
    more ? "" : checked,
    permutationLines(estimate),
    pairTable(estimate),
    bullets(
      ofGaussian ? `In words, of the Gaussian reading${reading}` : "In words",
      findingSentences(estimate, target, subject.transformed, heldOutBelow(estimate, subject.check)),
    ),
    bullets("Mind", cautionSentences(estimate, target, ofGaussian)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function checkBlock({ information, multi }: PidEstimate, subject: PidSubject, target: string): string {
  const { check, toRanks = null } = subject;
  if (check === undefined) return "";
  const total = Number.isFinite(information.total) ? information.total : null;
  return checkText({ check, target, total, toRanks, atoms: { ...information, pairs: multi?.pairs ?? undefined } });
}

/** One line per group: what each holds, for comparison. */
export function groupTable(groups: Readonly<Record<string, PidEstimate>>, by: string): string {
  const bits = (value: number, error: number | undefined) =>
    Number.isFinite(value) ? `${fixed(value, 2)} ± ${error === undefined ? "?" : fixed(error, 2)}` : "infinite";
  const names = Object.keys(groups);
  if (names.length === 0) return "";
  const largest = (name: string) => Math.max(...names.map((group) => groups[group].atoms.unique[name]));
  const { shown: modalities, more } = foremost(groups[names[0]].modalities, largest);
  const partly = modalities.length > 2 && groups[names[0]].classes === undefined;
  const header = [
    by,
    "rows",
    "total",
    ...modalities.map((m) => `only ${m}`),
    "redundant",
    ...(partly ? ["partly"] : []),
    "synergy",
    "flags",
  ];
  const rows = names.map((name) => {
    const g = groups[name];
    const se = g.standardErrors;
    return [
      name,
      String(g.n ?? ""),
      bits(g.information.total, se?.information.total),
      ...modalities.map((m) =>
        isByDefinition(g, m) ? "0 by definition" : bits(g.atoms.unique[m], se?.atoms.unique[m]),
      ),
      bits(g.atoms.redundancy, se?.atoms.redundancy),
      ...(partly ? [bits(g.atoms.partialRedundancy, se?.atoms.partialRedundancy)] : []),
      bits(g.atoms.synergy, se?.atoms.synergy),
      [g.estimator === "cross-fitted" ? "cross-fitted" : "", ...g.flags].filter((f) => f !== "").join(" "),
    ];
  });
  const note =
    more === 0
      ? ""
      : `${plural(more, "more modality", "more modalities")}, of no more unique information: --json has all.\n`;
  return `By ${shown(by)}, bits\n${alignColumns([header, ...rows])}\n${note}`;
}

const estimators = {
  "plug-in": "covariance as given, no bias correction",
  "bias-corrected": "bias-corrected",
  "cross-fitted": "cross-fitted (many columns for the rows: ridge predictions on held-out rows)",
  "posterior-cells": "read as classes (posterior probabilities of held-out rows)",
} as const;

/** How a target was read, and why. */
export function targetKindText(target: string, { kind, reason }: NonNullable<PidSubject["targetKind"]>): string {
  return `${shown(target)} read as ${kind === "class" ? "classes" : "a number"}: ${shown(reason)}`;
}

function heading(estimate: PidEstimate, { widths, rows, transformed, targetKind }: PidSubject, target: string): string {
  const named = estimate.modalities.map((m) => `${m} (${widths[m]})`);
  const parts = shown(joinWords(named));
  const about = shown(target);
  // A table has rows that a bias could be corrected for; a matrix is what it was given as.
  const plugIn = targetKind && estimate.estimator === "plug-in";
  const how = plugIn ? "covariance of the rows, no bias correction" : estimators[estimate.estimator];
  const size = estimate.n === null ? "sample size unknown" : `${estimate.n} rows`;
  return (
    `What ${parts} tell about ${about}\n` +
    `${shown(rows)}; ${size}; ${how}; measure ${estimate.measure}; unit bits` +
    (targetKind ? `\n${targetKindText(target, targetKind)}` : "") +
    (transformed ? `\n${about} taken as the normal scores of its ranks` : "")
  );
}

function valueTable(estimate: PidEstimate, target: string, corner: string): string {
  const two = estimate.modalities.length === 2;
  const split = estimate.classes?.sharedNotSplit !== true;
  const { shown: modalities, more } = foremostModalities(estimate);
  const atoms: [string, Pick][] = [
    ...modalities.map((m): [string, Pick] => [`  only ${m} (unique)`, (v) => v.atoms.unique[m]]),
    [redundancyLabel(two, split), (v) => v.atoms.redundancy],
    ...(two || !split ? [] : [["  in some, not all", (v) => v.atoms.partialRedundancy] as [string, Pick]]),
    ["  only together (synergy)", (v) => v.atoms.synergy],
  ];
  const rows: [string, Pick][] = [
    [`all together about ${target}`, (v) => v.information.total],
    ...modalities.map((m): [string, Pick] => [`${m} alone`, (v) => v.information.byModality[m]]),
  ];
  const interval = bestIntervals(estimate);
  const title = interval === null ? "" : `${Math.round(100 * interval.level)} % interval`;
  const { total } = estimate.information;
  const decimals = decimalsFor(estimate.standardErrors?.information.total ?? 0);
  const line = ([label, pick]: [string, Pick]) => {
    const value = pick(estimate);
    const error = estimate.standardErrors === null ? null : pick(estimate.standardErrors);
    const ends =
      interval === null ? "" : `${number(pick(interval.lower), decimals)} .. ${number(pick(interval.upper), decimals)}`;
    const share = Number.isFinite(total) && total > 0 ? `${Math.round((100 * value) / total)} %` : "";
    return [label, number(value, decimals), error === null ? "" : `± ${number(error, decimals)}`, ends, share];
  };
  const definition = (name: string) => [`  only ${name} (unique)`, fixed(0, decimals), "", "by definition", "0 %"];
  const uniques = modalities.map((m, k) => (isByDefinition(estimate, m) ? definition(m) : line(atoms[k])));
  const others = (label: string) => (more === 0 ? [] : [[label]]);
  const table = [
    [corner, "bits", "", title, "share"],
    ...rows.map(line),
    ...others(`${more} more, ${more === 1 ? "that knows" : "that know"} no more`),
    ["of this"],
    ...uniques,
    ...others(`  ${more} more, ${more === 1 ? "that knows" : "that know"} no more alone (unique)`),
    ...atoms.slice(modalities.length).map(line),
  ];
  return alignColumns(table);
}

function redundancyLabel(two: boolean, split: boolean): string {
  if (two) return "  either one (redundancy)";
  return split ? "  in every one (redundancy)" : "  in two or more (redundancy)";
}

/** The classes, and what the posteriors of held-out rows show before they are cut into cells. */
function classTable({ classes, modalities }: PidEstimate): string {
  if (classes === undefined) return "";
  const { labels, counts, entropy, heldOut, quantisationLoss, cells, tableUnion, gap } = classes;
  const named = foremost(labels, (label) => counts[labels.indexOf(label)]);
  const listed = named.shown.map((label) => `${label} (${counts[labels.indexOf(label)]} rows)`);
  const more = named.more === 0 ? "" : ` and ${named.more} more`;
  const line = (name: string, value: number, error: number, rest: readonly string[]) => {
    const decimals = decimalsFor(error);
    return [
      name,
      fixed(value, decimals),
      `± ${fixed(error, decimals)}`,
      `${Math.round((100 * value) / entropy)} %`,
      ...rest,
    ];
  };
  const { total, byModality } = heldOut.information;
  const errors = heldOut.standardErrors;
  const rows = [
    ["", "bits", "", "of H(Y)", "cells", "lost by cells"],
    line("all together", total, errors.total, ["", ""]),
    ...modalities.map((name) =>
      line(name, byModality[name], errors.byModality[name], [String(cells[name]), fixed(quantisationLoss[name], 3)]),
    ),
  ];
  const about = `Classes: ${shown(listed.join(", "))}${more}; H(Y) ${fixed(entropy, 3)} bits`;
  return (
    `${wrapWords(about, lineWidth).join("\n")}\n` +
    `Held-out posteriors, H(Y) - cross entropy\n${alignColumns(rows)}\n` +
    `${wrapWords(unionText(tableUnion, gap), lineWidth).join("\n")}`
  );
}

function unionText(tableUnion: number, gap: number): string {
  return (
    `Union of the cells, which is too large by what chance puts into a table: ${fixed(tableUnion, 4)} bits, solved ` +
    `to ${gap.toExponential(0)} bits. It says how the information divides; the amounts above are those of held-out rows`
  );
}

/** Of many modalities those that know most alone. */
function foremostModalities({ modalities, information }: PidEstimate): Foremost<string> {
  return foremost(modalities, (name) => information.byModality[name]);
}

/** The atoms of both definitions side by side, with what each says. */
function readingTable(estimate: PidEstimate): string {
  const { secondReading, modalities } = estimate;
  if (secondReading === undefined) return "";
  const readings = [estimate, { ...estimate, ...secondReading, standardErrors: secondReading.standardErrors }];
  const bits = (pick: (values: { readonly atoms: PidValues["atoms"] }) => number) =>
    readings.map((reading) =>
      bitsWithError(pick(reading), reading.standardErrors === null ? null : pick(reading.standardErrors)),
    );
  const uniques = modalities.map((m) => {
    const cells = bits((v) => v.atoms.unique[m]);
    return readings.map((reading, i) => (isByDefinition(reading, m) ? "0 by definition" : cells[i]));
  });
  const table = [
    ["", ...readings.map(({ measure }) => measure)],
    ...modalities.map((m, k) => [`  only ${m} (unique)`, ...uniques[k]]),
    ["  either one (redundancy)", ...bits((v) => v.atoms.redundancy)],
    ["  only together (synergy)", ...bits((v) => v.atoms.synergy)],
  ];
  const known = secondReading.standardErrors === null ? ", without standard errors" : "";
  const words = readings.flatMap(({ measure }) => wrapWords(readingWords[measure], lineWidth));
  return [`Two readings of the same information, bits${known}`, alignColumns(table), ...words].join("\n");
}

/** The most trustworthy intervals at hand: bootstrap if it was asked for. */
function bestIntervals(estimate: PidEstimate) {
  return estimate.bootstrap?.bca ?? estimate.intervals;
}

function permutationLines(estimate: PidEstimate): string {
  const { permutation } = estimate;
  if (permutation === null) return "";
  const { pValues, permutations } = permutation;
  const { shown: modalities } = foremostModalities(estimate);
  const rows = [["all together", pText(pValues.total)], ...modalities.map((m) => [m, pText(pValues.byModality[m])])];
  return `Could it be chance? p-value of "no information", ${permutations} shuffles of the target\n${alignColumns(rows)}`;
}

function pText(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}

function pairTable({ multi }: PidEstimate): string {
  if (!multi?.pairs) return "";
  const header = ["pair", "both", "only 1st", "only 2nd", "redundant", "synergy"];
  const chosen = foremost(multi.pairs, ({ synergy }) => synergy);
  const rows = chosen.shown.map((pair) => [
    pair.modalities.join(", "),
    ...[pair.information, ...pair.unique, pair.redundancy, pair.synergy].map((v) => number(v, 2)),
  ]);
  const note = chosen.more === 0 ? "" : `\n${cutNote(chosen, "the most synergy")} --json has all.`;
  return `Pairs, ignoring the others, bits\n${alignColumns([header, ...rows])}${note}`;
}

function bullets(title: string, sentences: readonly string[]): string {
  if (sentences.length === 0) return "";
  return `${title}\n${sentences
    .map((s) => wrapWords(shown(s), lineWidth).join("\n    "))
    .map((s) => `  - ${s}`)
    .join("\n")}`;
}

function number(value: number, decimals: number): string {
  return Number.isFinite(value) ? fixed(value, decimals) : "infinite";
}

import type { PidEstimate } from "../pid/estimate-types.js";
import type { PidValues } from "../pid/types.js";
import {
  bitsWithError,
  cautionSentences,
  decimalsFor,
  findingSentences,
  fixed,
  isByDefinition,
} from "./pid-sentences.js";
import { readingWords } from "./readings.js";

/** What a decomposition is about, for its heading. */
export interface PidSubject {
  readonly targets: readonly string[];
  /** columns per modality */
  readonly widths: Readonly<Record<string, number>>;
  /** "all rows", or a group: "site = AnnArbor_a" */
  readonly rows: string;
  /** Whether the target stands for the normal scores of its ranks. */
  readonly transformed?: boolean;
}

type Pick = (values: PidValues) => number;

/**
 * A decomposition as text for a terminal: heading, table of bits with errors and intervals, one sentence per finding,
 * cautions. Lines end with "\n".
 */
export function pidText(estimate: PidEstimate, subject: PidSubject): string {
  const target = subject.targets.join(", ");
  const blocks = [
    heading(estimate, subject, target),
    valueTable(estimate, target),
    readingTable(estimate),
    permutationLines(estimate),
    pairTable(estimate),
    bullets("In words", findingSentences(estimate, target, subject.transformed)),
    bullets("Mind", cautionSentences(estimate, target)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** One line per group: what each holds, for comparison. */
export function groupTable(groups: Readonly<Record<string, PidEstimate>>, by: string): string {
  const shown = (value: number, error: number | undefined) =>
    Number.isFinite(value) ? `${fixed(value, 2)} ± ${error === undefined ? "?" : fixed(error, 2)}` : "infinite";
  const names = Object.keys(groups);
  if (names.length === 0) return "";
  const { modalities } = groups[names[0]];
  const header = [
    by,
    "rows",
    "total",
    ...modalities.map((m) => `only ${m}`),
    "redundant",
    ...(modalities.length > 2 ? ["partly"] : []),
    "synergy",
    "flags",
  ];
  const rows = names.map((name) => {
    const g = groups[name];
    const se = g.standardErrors;
    return [
      name,
      String(g.n ?? ""),
      shown(g.information.total, se?.information.total),
      ...modalities.map((m) =>
        isByDefinition(g, m) ? "0 by definition" : shown(g.atoms.unique[m], se?.atoms.unique[m]),
      ),
      shown(g.atoms.redundancy, se?.atoms.redundancy),
      ...(modalities.length > 2 ? [shown(g.atoms.partialRedundancy, se?.atoms.partialRedundancy)] : []),
      shown(g.atoms.synergy, se?.atoms.synergy),
      [g.estimator === "cross-fitted" ? "cross-fitted" : "", ...g.flags].filter((f) => f !== "").join(" "),
    ];
  });
  return `By ${by}, bits\n${layout([header, ...rows], 1)}\n`;
}

const estimators = {
  "plug-in": "covariance as given, no bias correction",
  "bias-corrected": "bias-corrected",
  "cross-fitted": "cross-fitted (many columns for the rows: ridge predictions on held-out rows)",
} as const;

function heading(estimate: PidEstimate, { widths, rows, transformed }: PidSubject, target: string): string {
  const parts = estimate.modalities.map((m) => `${m} (${widths[m]})`).join(", ");
  const size = estimate.n === null ? "sample size unknown" : `${estimate.n} rows`;
  return (
    `What ${parts} tell about ${target}\n` +
    `${rows}; ${size}; ${estimators[estimate.estimator]}; measure ${estimate.measure}; unit bits` +
    (transformed ? `\n${target} taken as the normal scores of its ranks` : "")
  );
}

function valueTable(estimate: PidEstimate, target: string): string {
  const { modalities } = estimate;
  const two = modalities.length === 2;
  const atoms: [string, Pick][] = [
    ...modalities.map((m): [string, Pick] => [`  only ${m} (unique)`, (v) => v.atoms.unique[m]]),
    [two ? "  either one (redundancy)" : "  in every one (redundancy)", (v) => v.atoms.redundancy],
    ...(two ? [] : [["  in some, not all", (v) => v.atoms.partialRedundancy] as [string, Pick]]),
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
  const table = [
    ["", "bits", "", title, "share"],
    ...rows.map(line),
    ["of this"],
    ...uniques,
    ...atoms.slice(modalities.length).map(line),
  ];
  return layout(table, 1);
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
    const shown = bits((v) => v.atoms.unique[m]);
    return readings.map((reading, i) => (isByDefinition(reading, m) ? "0 by definition" : shown[i]));
  });
  const table = [
    ["", ...readings.map(({ measure }) => measure)],
    ...modalities.map((m, k) => [`  only ${m} (unique)`, ...uniques[k]]),
    ["  either one (redundancy)", ...bits((v) => v.atoms.redundancy)],
    ["  only together (synergy)", ...bits((v) => v.atoms.synergy)],
  ];
  const known = secondReading.standardErrors === null ? ", without standard errors" : "";
  const words = readings.flatMap(({ measure }) => wrap(readingWords[measure], 110));
  return [`Two readings of the same information, bits${known}`, layout(table, 1), ...words].join("\n");
}

/** The most trustworthy intervals at hand: bootstrap if it was asked for. */
function bestIntervals(estimate: PidEstimate) {
  return estimate.bootstrap?.bca ?? estimate.intervals;
}

function permutationLines({ permutation, modalities }: PidEstimate): string {
  if (permutation === null) return "";
  const { pValues, permutations } = permutation;
  const rows = [["all together", pText(pValues.total)], ...modalities.map((m) => [m, pText(pValues.byModality[m])])];
  return `Could it be chance? p-value of "no information", ${permutations} shuffles of the target\n${layout(rows, 1)}`;
}

function pText(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}

function pairTable({ multi }: PidEstimate): string {
  if (!multi?.pairs) return "";
  const header = ["pair", "both", "only 1st", "only 2nd", "redundant", "synergy"];
  const rows = multi.pairs.map((pair) => [
    pair.modalities.join(", "),
    ...[pair.information, ...pair.unique, pair.redundancy, pair.synergy].map((v) => number(v, 2)),
  ]);
  return `Pairs, ignoring the others, bits\n${layout([header, ...rows], 1)}`;
}

function bullets(title: string, sentences: readonly string[]): string {
  if (sentences.length === 0) return "";
  return `${title}\n${sentences
    .map((s) => wrap(s, 110).join("\n    "))
    .map((s) => `  - ${s}`)
    .join("\n")}`;
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

function number(value: number, decimals: number): string {
  return Number.isFinite(value) ? fixed(value, decimals) : "infinite";
}

/** Columns padded to equal width; the first `left` flush left, the others flush right. */
function layout(rows: readonly (readonly string[])[], left: number): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

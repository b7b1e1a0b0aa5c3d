import { z95 } from "../../math/descriptive.js";
import { lacksInformation } from "../../pid/estimate/no-information.js";
import type { RunFiles } from "../../record/read-run.js";
import type { Decomposition } from "../../record/run-schemas.js";
import { type AtomRow, atomRows, informationRows, intervalLevel, isZero, totalRow } from "../atom-rows.js";
import { type Bar, barsSpec } from "../figures/bars.js";
import { twoSetsSpec } from "../figures/two-sets.js";
import { cutNote, foremost } from "../foremost.js";
import { type Html, html, table } from "../html.js";
import { foundNothing, hasEqualWeights, measuredParts } from "../information-found.js";
import { synergyWords } from "../readings.js";
import { drawFigure, type Figure, figureWidth, type Section } from "../section.js";
import { formatBits, formatCount, formatPercent, joinWords, plural } from "../text.js";
import { readingCell, readingHeading, readingLegend } from "./second-reading.js";

/** What each modality contributes: the atoms with their intervals. */
export async function atomsSection(run: RunFiles): Promise<Section> {
  const { pid } = run;
  const atoms = atomRows(pid, pid.modalities);
  const drawn = drawnAtoms(atoms);
  const bars = await drawFigure(
    "atoms",
    describe(drawn.rows),
    pid.modalities.length === 2 ? figureWidth.half : figureWidth.full,
    (width) => barsSpec(drawn.rows.map(asBar), `information about ${targetNames(run)} (bits)`, width),
  );
  const sets = await setsFigure(run);
  return {
    id: "atoms",
    title: "What each modality contributes",
    reading: reading(run, atoms),
    figures: sets === null ? [bars] : [bars, sets],
    legend: html`${legend(run, sets !== null)}${drawn.note}`,
    body: html`${atomTable(run, atoms)}${lacksInformation(pid) ? null : contrasts(pid)}`,
  };
}

/** Of many unique atoms the largest, and all others. */
function drawnAtoms(atoms: readonly AtomRow[]): { rows: readonly AtomRow[]; note: string | null } {
  const unique = atoms.filter(({ key }) => key.startsWith("unique:"));
  const chosen = foremost(unique, ({ value }) => value);
  const note = cutNote(chosen, "the most unique information");
  return {
    rows: atoms.filter((atom) => !unique.includes(atom) || chosen.shown.includes(atom)),
    note: note === null ? null : ` ${note} The table has all.`,
  };
}

/** A value with its interval: "1.10 (0.98 to 1.22)". */
export function withInterval({ value, low, high }: AtomRow): string {
  if (low === null || high === null) return formatBits(value);
  return `${formatBits(value)} (${formatBits(low)} to ${formatBits(high)})`;
}

/** Whether the interval of an atom leaves 0 out; null where no interval is known. */
function aboveZero({ low, high }: AtomRow): boolean | null {
  return low === null || high === null ? null : low > 0;
}

function asBar(row: AtomRow): Bar {
  return { ...row, note: withInterval(row).replace(" to ", "\u2013"), shortNote: formatBits(row.value) };
}

function targetNames(run: RunFiles): string {
  return joinWords(run.metrics.targets);
}

function reading(run: RunFiles, atoms: readonly AtomRow[]): Html[] {
  const { pid } = run;
  const total = totalRow(pid);
  const target = targetNames(run);
  const known = joinWords(pid.modalities);
  const parts = measuredParts(pid);
  if (foundNothing(pid)) {
    const totals = joinWords(parts.map(({ rows, total }) => `${total} on the ${rows}`));
    return [
      html`<b>No information was found.</b> What ${known} together tell about ${target}, ${totals}, cannot be told from 0,
        so the atoms below have no meaning.`,
      ...weightsWithout(pid),
    ];
  }
  const [own, test] = parts;
  if (!own.found) {
    return [
      html`<b>The parts disagree.</b> On the ${own.rows} what ${known} together tell about ${target}, ${own.total}, cannot be
        told from 0, so the atoms of these rows have no meaning; on the ${test.rows} it is ${test.total}, with the atoms in
        the last column of the table.`,
      ...weightsWithout(pid),
    ];
  }
  return [
    html`Together ${known} carry <b>${withInterval(total)} bits</b> about ${target}${run.metrics.targets.length === 1 ? spread(total) : null}.`,
    sentence(run, atoms, total),
    ...ties(pid),
    ...(test === undefined || test.found
      ? []
      : [html`On the ${test.rows} the total, ${test.total}, cannot be told from 0.`]),
  ];
}

/** What the fusion weights are, where atoms have no meaning. */
function weightsWithout(pid: RunFiles["pid"]): Html[] {
  const equal = hasEqualWeights(pid);
  if (pid.stage1 === undefined || equal === null) return [];
  if (equal) return [html`The fusion weights are equal.`];
  return [
    html`The fusion weights are not equal: they were made in stage 1, of atoms of the network as it was then (“How the atoms
      settled”).`,
  ];
}

/** Bits as something to hold on to: every bit halves the spread of what stays unknown (Gaussian target). */
function spread({ value }: AtomRow): Html | null {
  if (value === null) return null;
  return html`: knowing them shrinks the spread of a Gaussian target to ${formatPercent(2 ** -value)}`;
}

/** Most sentences of one kind. */
const mostSentences = 6;

/** Bits below this are 0.00 in print. */
const shownAsZero = 0.005;

function sentence(run: RunFiles, atoms: readonly AtomRow[], total: AtomRow): Html {
  const size = ({ value }: AtomRow) => value ?? Number.POSITIVE_INFINITY;
  const nothing = atoms.filter((a) => isZero(a.value) && (a.high ?? 0) < shownAsZero);
  const shown = atoms.filter((a) => aboveZero(a) !== false && !isZero(a.value)).sort((a, b) => size(b) - size(a));
  const hidden = foremost(
    atoms.filter((a) => aboveZero(a) === false && !nothing.includes(a)),
    size,
    mostSentences,
  );
  const parts = shown.map((a) => html`<b>${formatBits(a.value)} bits</b>${share(a, total)} are ${place(run, a)}`);
  const list = parts.map((part, i) => html`${i === 0 ? "" : i === parts.length - 1 ? " and " : ", "}${part}`);
  const synergy = shown.some(({ key, value }) => key === "synergy" && (value ?? 1) >= shownAsZero)
    ? ` ${synergyWords(run.pid.modalities.length === 2)}`
    : null;
  const rest = hidden.shown.map(
    (a) => html` What is ${place(run, a)}, ${withInterval(a)} bits, cannot be told from 0.`,
  );
  const others = hidden.more === 0 ? null : html` Nor can ${plural(hidden.more, "smaller amount")}.`;
  const none = nothing.length === 0 ? null : html` None are ${joinWords(nothing.map((a) => place(run, a)))}.`;
  return html`Of these, ${list}.${synergy}${rest}${others}${none}`;
}

/** Where modalities tie, the difference between them is the finding, not who gets the unique part. */
function ties({ flags, contrasts: pairs, information }: Decomposition): Html[] {
  if (!flags.includes("boundary") || !pairs) return [];
  const tied = pairs.filter(
    ({ value, standardError }) => value !== null && standardError !== null && Math.abs(value) <= z95 * standardError,
  );
  const { shown, more } = foremost(tied, weakerOf(information), mostSentences);
  const sentences = shown.flatMap(({ modalities: [a, b], value, standardError }) => {
    if (value === null || standardError === null) return [];
    const interval = `${formatBits(value - z95 * standardError)} to ${formatBits(value + z95 * standardError)}`;
    return [
      html`${a} and ${b} alone tell about equally much (difference ${formatBits(value)} bits, ${interval}), so which of them
        has the unique part is open.`,
    ];
  });
  return more === 0 ? sentences : [...sentences, html`So do ${plural(more, "other pair")} that know less.`];
}

/** Bits of the modality of a pair that knows less. */
function weakerOf({ byModality }: Decomposition["information"]) {
  return ({ modalities }: { readonly modalities: readonly string[] }) =>
    Math.min(...modalities.map((name) => byModality[name] ?? Number.POSITIVE_INFINITY));
}

function share(atom: AtomRow, total: AtomRow): Html | null {
  if (atom.value === null || total.value === null || total.value <= 0) return null;
  return html` (${formatPercent(atom.value / total.value)})`;
}

function place(run: RunFiles, { key }: AtomRow): string {
  const two = run.pid.modalities.length === 2;
  if (key === "redundancy") return two ? "in both modalities" : "in every modality";
  if (key === "partialRedundancy") return "in some modalities but not all";
  if (key === "synergy") return two ? "only in the two together" : "only in several modalities together";
  return `only in ${key.slice("unique:".length)}`;
}

function describe(rows: readonly AtomRow[]): string {
  return `Information atoms in bits: ${rows.map((row) => `${row.label} ${withInterval(row)}`).join("; ")}`;
}

async function setsFigure(run: RunFiles): Promise<Figure | null> {
  const { information, atoms, modalities } = run.pid;
  if (modalities.length !== 2) return null;
  const known = modalities.map((name) => information.byModality[name]);
  const bits = [...known, atoms.redundancy, atoms.synergy];
  if (bits.some((v) => v === null) || !known.some((v) => (v as number) > 0)) return null;
  const [first, second, redundancy, synergy] = bits as number[];
  const names = [
    `${modalities[0]}: ${formatBits(first)} bits alone`,
    `${modalities[1]}: ${formatBits(second)} bits alone`,
  ] as const;
  const description = `Two discs: ${names.join(", ")}; overlap ${formatBits(redundancy)} bits. Beside them synergy, ${formatBits(synergy)} bits.`;
  const sets = { names, information: [first, second] as const, redundancy, synergy };
  return drawFigure("two-sets", description, figureWidth.half, (width) => twoSetsSpec(sets, width));
}

function legend(run: RunFiles, discs: boolean): Html {
  const { pid } = run;
  const level = formatPercent(intervalLevel(pid));
  const scalar = run.metrics.targets.length === 1;
  return html`Bars: estimate; thin lines: ${level} interval${pid.standardErrors === null && !pid.intervals ? " (not available in this run)" : ""}.
    ${discs ? "Discs: areas are proportional to bits; the overlap is what both modalities know." : null}
    The atoms add up to the total.${
      scalar
        ? " With one target the definition used here (BROJA) leaves a unique part to the best-informed modality only: " +
          "what a weaker one knows counts as shared."
        : null
    } ${source(pid)}${readingLegend(pid)}`;
}

/** Why upper ends lie farther out than lower ones. */
const allowance =
  "Upper ends allow for what more training rows would have taught the network: half of what it knows more about those that trained it.";

function source({ source, n, intervals }: RunFiles["pid"]): string | null {
  const rows = n === undefined || n === null ? "" : ` (${formatCount(n)} rows)`;
  if (source === "heldout")
    return `Estimated on rows that did not train the encoders${rows}.${intervals ? ` ${allowance}` : ""}`;
  if (source === undefined) return null;
  return `Estimated from the ${source === "train" ? "training rows" : "training batches"}${rows}, which makes the amounts too large.`;
}

function atomTable(run: RunFiles, atoms: readonly AtomRow[]): Html {
  const { pid } = run;
  const rows = (values: Decomposition) => [
    totalRow(values),
    ...informationRows(values, pid.modalities),
    ...atomRows(values, pid.modalities),
  ];
  const test = pid.test ? rows(pid.test) : null;
  const total = totalRow(pid);
  const second = readingHeading(pid);
  const cells = rows(pid).map((row, i) => [
    row.label,
    formatBits(row.value),
    row.low === null || row.high === null ? "\u2013" : `${formatBits(row.low)} to ${formatBits(row.high)}`,
    atoms.some((a) => a.key === row.key) ? shareText(row, total) : "",
    ...(second === null ? [] : [readingCell(pid, row)]),
    ...(test === null ? [] : [withInterval(test[i])]),
  ]);
  return table(
    [
      ["information about the target", "text"],
      ["bits", "number"],
      [`${formatPercent(intervalLevel(pid))} interval`, "number"],
      ["share", "number"],
      ...(second === null ? [] : [[second, "number"] as const]),
      ...(test === null ? [] : [["on the test rows", "number"] as const]),
    ],
    cells,
  );
}

function shareText(row: AtomRow, total: AtomRow): string {
  return row.value === null || total.value === null || total.value <= 0 ? "" : formatPercent(row.value / total.value);
}

/** Differences between modalities: regular where the unique atoms tie, so they are what to read then. */
function contrasts({ contrasts: pairs, information }: Decomposition): Html | null {
  if (!pairs || pairs.length === 0) return null;
  const chosen = foremost(pairs, weakerOf(information));
  const note = cutNote(chosen, "the most information in their weaker modality");
  const rows = chosen.shown.map(({ modalities: [a, b], value, standardError }) => [
    `${a} minus ${b}`,
    formatBits(value),
    value === null || standardError === null
      ? "\u2013"
      : `${formatBits(value - z95 * standardError)} to ${formatBits(value + z95 * standardError)}`,
  ]);
  const shown = table(
    [
      ["which modality alone tells more", "text"],
      ["bits", "number"],
      ["95 % interval", "number"],
    ],
    rows,
  );
  return note === null ? shown : html`${shown}<p class="quiet">${note} pid.json has all.</p>`;
}

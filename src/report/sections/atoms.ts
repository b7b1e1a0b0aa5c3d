import { z95 } from "../../math/descriptive.js";
import type { PidFlag } from "../../pid/types.js";
import type { Decomposition } from "../../record/pid-schemas.js";
import type { RunFiles } from "../../record/read-run.js";
import { percent } from "../amount.js";
import {
  type AtomRow,
  atomRows,
  informationRows,
  intervalLevel,
  intervalText,
  isLowerBound,
  sharedIsSplit,
  totalRow,
  withInterval,
} from "../atom-rows.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { type Bar, barsSpec } from "../figures/bars.js";
import { twoSetsSpec } from "../figures/two-sets.js";
import { cutNote, foremost } from "../foremost.js";
import { type Html, type HtmlValue, html, oneAfterAnother, table } from "../html.js";
import { hasEqualWeights, measuredParts } from "../information-found.js";
import type { Figure, Section } from "../section.js";
import { said } from "../sentence.js";
import type { AtomFacts, Tie } from "../sentences/atom-facts.js";
import { type ContrastFacts, contrastSentences, sourceSentences } from "../sentences/atom-sources.js";
import { atomSentences, mostSentences } from "../sentences/atoms.js";
import { formatBits, formatCount, formatPercent, joinWords } from "../text.js";
import { atomCheck, boundsCell, boundsHeading, checkLegend, checkTable, leftOut } from "./latent-check.js";
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
    (width) =>
      barsSpec(
        drawn.rows.map(asBar),
        `information about ${targetNames(run)} (bits, ${measuredParts(pid)[0].rows})`,
        width,
      ),
  );
  const sets = await setsFigure(run);
  return {
    id: "atoms",
    title: "What each modality contributes",
    reading: reading(run, atoms),
    figures: sets === null ? [bars] : [bars, sets],
    legend: html`${legend(run, sets !== null)}${drawn.note}${checkLegend(pid)}`,
    body: html`${atomTable(run, atoms)}${measuredParts(pid)[0].found ? contrasts(pid) : null}${checkTable(pid)}`,
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

function asBar(row: AtomRow): Bar {
  return { ...row, note: withInterval(row).replace(" to ", "\u2013"), shortNote: formatBits(row.value) };
}

function targetNames(run: RunFiles): string {
  return joinWords(run.metrics.targets);
}

/** Sentences of one kind stand in one paragraph. */
function reading(run: RunFiles, atoms: readonly AtomRow[]): Html[] {
  const facts = factsOf(run, atoms);
  const { beyond, nothing, totals, parts, tied, tests, enough } = atomSentences;
  const together = said(parts, facts);
  return [
    ...said(beyond, facts),
    ...said(nothing, facts),
    ...said(totals, facts),
    ...(together.length === 0 ? [] : [oneAfterAnother(together)]),
    ...said(tied, facts),
    ...said(tests, facts),
    ...said(enough, facts),
    ...leftOut(run),
  ];
}

function factsOf({ pid, metrics }: RunFiles, atoms: readonly AtomRow[]): AtomFacts {
  const { modalities } = pid;
  const [own, test] = measuredParts(pid);
  const equal = hasEqualWeights(pid);
  const tied = foremost(ties(pid), weakerOf(pid.information), mostSentences);
  return {
    ...{ modalities, targets: metrics.targets, own, test, total: totalRow(pid), atoms },
    check: atomCheck({ pid, metrics }),
    ofGaussian: metrics.classes === undefined && pid.check?.nonGaussian !== false,
    alone: informationRows(pid, modalities),
    ...{ ties: tied.shown, moreTies: tied.more },
    entropy: pid.classes?.entropy,
    weights: pid.stage1 === undefined || equal === null ? undefined : { equal },
  };
}

/** Pairs whose difference may be 0, where modalities tie. */
function ties({ flags, contrasts: pairs, information: { byModality } }: Decomposition): Tie[] {
  if (!flags.includes("boundary") || !pairs) return [];
  const bits = (name: string) => byModality[name] ?? Number.POSITIVE_INFINITY;
  const most = Math.max(...Object.keys(byModality).map(bits));
  return pairs.flatMap(({ modalities, value, standardError }) => {
    if (value === null || standardError === null || Math.abs(value) > z95 * standardError) return [];
    return [{ modalities, value, standardError, best: modalities.some((name) => bits(name) >= most) }];
  });
}

/** Bits of the modality of a pair that knows less. */
function weakerOf({ byModality }: Decomposition["information"]) {
  return ({ modalities }: { readonly modalities: readonly string[] }) =>
    Math.min(...modalities.map((name) => byModality[name] ?? Number.POSITIVE_INFINITY));
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
  const ofClasses = run.metrics.classes !== undefined;
  const scalar = run.metrics.targets.length === 1 && pid.modalities.length > 1 && !ofClasses;
  const arrows = atomRows(pid, pid.modalities).some(isLowerBound) ? "; arrows: at least where they begin" : "";
  return html`Bars: estimate; thin lines: ${level} interval${pid.standardErrors === null && !pid.intervals ? " (not available in this run)" : ""}${arrows}.
    ${discs ? "Discs: areas are proportional to bits; the overlap is what both modalities know." : null}
    The atoms add up to the total.${
      scalar
        ? " With one target the definition used here (BROJA) leaves a unique part to the best-informed modality only: " +
          "what a weaker one knows counts as shared."
        : null
    } ${source(pid, ofClasses)}${readingLegend(pid)}${classLegend(pid)}`;
}

/** How atoms of classes are made, and how sure their division is; nothing for numbers. */
function classLegend({ classes, modalities }: RunFiles["pid"]): Html | null {
  if (classes === undefined) return null;
  const cells = joinWords(modalities.map((name) => `${classes.cells[name]} of ${name}`));
  return html` Information: what probabilities of held-out rows tell, from each modality's latent and from all, calibrated on these
    rows by others of them; a lower bound but for sampling error. It divides as the union information (BROJA) of their cells does,
    ${cells}: ${formatBits(classes.tableUnion)} bits, certified to be at least ${formatBits(Math.max(0, classes.tableUnion - classes.gap))}.${
      classes.sharedNotSplit ? " What all modalities share is not told from what some share." : ""
    }`;
}

function source({ source, n, intervals, flags, test }: RunFiles["pid"], ofClasses: boolean): string {
  const rows = n === undefined || n === null ? "" : ` (${formatCount(n)} rows)`;
  const lowerBound = [...flags, ...(test?.flags ?? [])].includes("lower-bound" satisfies PidFlag);
  return said(sourceSentences, { source, rows, intervals: Boolean(intervals) && !ofClasses, lowerBound }).join(" ");
}

function atomTable(run: RunFiles, atoms: readonly AtomRow[]): Html {
  const { pid } = run;
  const rows = (values: Decomposition) => [
    totalRow(values),
    ...informationRows(values, pid.modalities),
    ...atomRows(values, pid.modalities, sharedIsSplit(pid)),
  ];
  const test = pid.test ? rows(pid.test) : null;
  const total = totalRow(pid);
  const second = readingHeading(pid);
  const bounds = boundsHeading(pid);
  const interval = `${formatPercent(intervalLevel(pid))} interval`;
  const [own, other] = measuredParts(pid).map(({ rows }) => rows);
  const cells = rows(pid).map((row, i) => [
    row.label,
    ...bitsCells(row),
    atoms.some((a) => a.key === row.key) ? shareCell(row, total) : "",
    ...(bounds === null ? [] : [boundsCell(pid, row)]),
    ...(second === null ? [] : [readingCell(pid, row)]),
    ...(test === null ? [] : bitsCells(test[i])),
  ]);
  return table(
    [
      ["information about the target", "text"],
      [`bits, ${counted(pid.n, own)}`, "number"],
      [interval, "number"],
      ["share", "number"],
      ...(bounds === null ? [] : [[bounds, "number"] as const]),
      ...(second === null ? [] : [[second, "number"] as const]),
      ...(test === null
        ? []
        : ([
            [`bits, ${counted(pid.test?.n, other)}`, "number"],
            [interval, "number"],
          ] as const)),
    ],
    cells,
  );
}

/** A value and its interval, in columns of their own. */
function bitsCells(row: AtomRow): [string, string] {
  return [formatBits(row.value), intervalText(row) ?? "\u2013"];
}

/** "210 validation rows". */
function counted(n: number | null | undefined, rows: string): string {
  return n === undefined || n === null ? rows : `${formatCount(n)} ${rows}`;
}

function shareCell(row: AtomRow, total: AtomRow): HtmlValue {
  return row.value === null || total.value === null || total.value <= 0 ? "" : percent(row.value / total.value);
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
  const notes = [
    ...(note === null ? [] : [html`${note} pid.json has all.`]),
    ...said(contrastSentences, { pairs: besideRows(chosen.shown, information) }),
  ];
  return notes.length === 0 ? shown : html`${shown}<p class="quiet">${oneAfterAnother(notes)}</p>`;
}

/** Differences with those of the amounts that the table of atoms gives. */
function besideRows(
  pairs: Readonly<NonNullable<Decomposition["contrasts"]>>,
  { byModality }: Decomposition["information"],
): ContrastFacts["pairs"] {
  return pairs.flatMap(({ modalities, value }) => {
    const [first, second] = modalities.map((name) => byModality[name]);
    if (typeof value !== "number" || typeof first !== "number" || typeof second !== "number") return [];
    return [{ modalities, difference: value, ofRows: first - second }];
  });
}

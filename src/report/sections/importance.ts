import type { ImportanceDocument, ImportanceEntry, ModalityImportance } from "../../record/importance-schemas.js";
import type { RunFiles } from "../../record/read-run.js";
import { amount } from "../amount.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { barsSpec } from "../figures/bars.js";
import { mostShown } from "../foremost.js";
import { type Html, type HtmlValue, html, oneAfterAnother, table } from "../html.js";
import { modalityColour } from "../palette.js";
import type { Figure, Section } from "../section.js";
import { said } from "../sentence.js";
import { type ImportanceFacts, importanceSentences, type NamedIncrease } from "../sentences/importance.js";
import { formatCount, formatNumber, plural } from "../text.js";
import { unitAfter, withUnit } from "../with-unit.js";

/** A modality and a target, with what was permuted in it. */
interface Measured {
  readonly run: RunFiles;
  readonly document: ImportanceDocument;
  readonly modality: string;
  readonly found: ModalityImportance;
  readonly target: string;
}

/** What is drawn and listed of a modality, most important first. */
const listed = [
  { kind: "column", called: "column", several: "columns" },
  { kind: "group", called: "group of correlated columns", several: "groups of correlated columns" },
] as const;

/** How much the errors rest on each column and group of columns; null for a run that did not measure it. */
export async function importanceSection(run: RunFiles): Promise<Section | null> {
  const { importance: document } = run;
  if (document === null) return null;
  const all = run.metrics.targets.flatMap((target) =>
    Object.entries(document.modalities).map(
      ([modality, found]): Measured => ({ run, document, modality, found, target }),
    ),
  );
  if (all.length === 0) return null;
  const figures: Figure[] = [];
  for (const [i, measured] of all.entries()) figures.push(...(await figuresOf(measured, i + 1)));
  return {
    id: "importance",
    title: "What the prediction rests on",
    reading: all.map((measured) => oneAfterAnother(said(importanceSentences, factsOf(measured)))),
    figures,
    legend: legendOf(document),
    body: html`${document.notes.length === 0 ? null : html`<ul>${document.notes.map((note) => html`<li>${note}</li>`)}</ul>`}
      ${all.map(tablesOf)}`,
  };
}

function legendOf({ error, rows, repeats, resampled, threshold }: ImportanceDocument): Html {
  return html`How much the ${error} on ${formatCount(rows.measured)} test rows grows where the values of a column are those of other rows (of
    other groups where rows have groups), mean over ${plural(repeats, "permutation")} among the rows that have the modality; lines: 95 %
    intervals ${resampled} and over permutations. Correlated columns share importance: while one is permuted the others
    still tell what it told, so that each alone may look unimportant. Groups: any two columns of a group correlate with
    |r| of at least ${formatNumber(threshold, 1)} on the training rows. It tells what this model leans on, not what causes the target; rows
    with permuted values may be unlike any real one. All items: importance.csv.`;
}

async function figuresOf(measured: Measured, number: number): Promise<Figure[]> {
  const { run, document, modality, target } = measured;
  const fill = modalityColour(run.pid.modalities.indexOf(modality));
  const figures: Figure[] = [];
  for (const { kind, several } of listed) {
    const entries = foremostOf(measured, kind);
    if (entries.length === 0) continue;
    const ending = commonEnding(foundColumns(measured));
    const bars = entries.map(({ name, increase, low, high }) => {
      const label = ending === "" ? name : name.replace(ending, "");
      return { label, colour: fill, value: increase, low, high, note: formatNumber(increase, 2) };
    });
    const short = ending === "" ? "" : ` (..${ending})`;
    const title = `${modality}, ${several}${short}: increase of ${document.error}, ${withUnit(run.metrics, target)}`;
    const description = `${title}: ${bars.map(({ label, note }) => `${label} ${note}`).join("; ")}`;
    figures.push(
      await drawFigure(`importance-${kind}-${number}`, description, figureWidth.half, (width) =>
        barsSpec(bars, title, width, 22),
      ),
    );
  }
  return figures;
}

function foundColumns({ found }: Measured): string[] {
  return found.items.filter(({ kind }) => kind === "column" || kind === "group").flatMap(({ columns }) => columns);
}

/** What all names end in from their last separator on, which a figure has no room for: "_thickness". */
function commonEnding(names: readonly string[]): string {
  const [ending] = /[_.][^_.]+$/.exec(names[0] ?? "") ?? [""];
  return names.length > 1 && names.every((name) => name.endsWith(ending) && name.length > ending.length) ? ending : "";
}

/** The most important of a kind, largest increase first. */
function foremostOf({ found, target }: Measured, kind: ImportanceEntry["kind"]): NamedIncrease[] {
  return found.items
    .filter((item) => item.kind === kind)
    .map(({ name, columns, targets }) => ({ name, columns: columns.length, ...targets[target] }))
    .sort((a, b) => b.increase - a.increase)
    .slice(0, mostShown);
}

function factsOf(measured: Measured): ImportanceFacts {
  const { run, document, modality, found, target } = measured;
  const [whole] = foremostOf(measured, "modality");
  const [column] = foremostOf(measured, "column");
  const [group] = foremostOf(measured, "group");
  const [region] = foremostOf(measured, "region");
  return {
    ...{ modality, target, unit: unitAfter(run.metrics, target) },
    called: run.metrics.network === undefined ? document.error : `network's ${document.error}`,
    error: found.errors[target],
    ...{ whole, column, group, region },
  };
}

/** Tables of columns, groups and regions, folded up: they are long. */
function tablesOf(measured: Measured): Html {
  const { found, modality, run, target } = measured;
  const of = `${modality}${run.metrics.targets.length === 1 ? "" : `, ${target}`}`;
  const tables = listed.flatMap(({ kind, called, several }) => {
    const all = found.items.filter((item) => item.kind === kind);
    if (all.length === 0) return [];
    const first = all.length > mostShown ? `the first ${mostShown} of ${formatCount(all.length)} ` : "";
    return [folded(`${of}: ${first}${all.length === 1 ? called : several}`, entryTable(measured, kind))];
  });
  const regions = regionTable(measured);
  return html`${tables}${regions === null ? null : folded(`${of}: regions, both sides and each side`, regions)}`;
}

function folded(summary: string, content: Html): Html {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

function entryTable(measured: Measured, kind: "column" | "group"): Html {
  const { run, document, found, target } = measured;
  const members = new Map(found.items.map((item) => [`${item.kind}/${item.name}`, item.columns]));
  const grouped = kind === "group";
  return table(
    [
      [grouped ? "columns" : "column", "text"],
      [`increase of ${document.error}, ${withUnit(run.metrics, target)}`, "number"],
      ["95 % interval", "number"],
    ],
    foremostOf(measured, kind).map((entry) => [
      grouped ? membersText(members.get(`${kind}/${entry.name}`) ?? []) : entry.name,
      amount(entry.increase),
      [amount(entry.low), " to ", amount(entry.high)],
    ]),
  );
}

/** Names beyond these are in importance.csv. */
const mostMembers = 8;

function membersText(columns: readonly string[]): string {
  const more = columns.length - mostMembers;
  return `${columns.slice(0, mostMembers).join(", ")}${more > 0 ? ` and ${plural(more, "more", "more")}` : ""}`;
}

/** Regions with both sides and each side by itself; null where columns are not named by region and side. */
function regionTable(measured: Measured): Html | null {
  const { run, document, found, target } = measured;
  const regions = foremostOf(measured, "region");
  if (regions.length === 0) return null;
  const sides = new Map(found.items.map((item) => [`${item.kind}/${item.name}`, item.targets[target]]));
  const cells = (value: ImportanceEntry["targets"][string] | undefined): HtmlValue[] =>
    value === undefined
      ? ["\u2013", "\u2013"]
      : [amount(value.increase), [amount(value.low), " to ", amount(value.high)]];
  return table(
    [
      [`increase of ${document.error}, ${withUnit(run.metrics, target)}`, "text"],
      ["both sides", "number"],
      ["95 % interval", "number"],
      ["left", "number"],
      ["95 % interval", "number"],
      ["right", "number"],
      ["95 % interval", "number"],
    ],
    [
      [
        "all regions",
        "\u2013",
        "\u2013",
        ...cells(sides.get("hemisphere/left")),
        ...cells(sides.get("hemisphere/right")),
      ],
      ...regions.map((region) => [
        region.name,
        ...cells(region),
        ...cells(sides.get(`side/left ${region.name}`)),
        ...cells(sides.get(`side/right ${region.name}`)),
      ]),
    ],
  );
}

import { unnamedTask } from "../../tasks/tasks.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { foremost } from "../foremost.js";
import { hrefOf } from "../href.js";
import { type Html, html, table } from "../html.js";
import { page } from "../page.js";
import { modalityColour } from "../palette.js";
import type { Figure, Section } from "../section.js";
import { said } from "../sentence.js";
import { type Dot, dotsSpec, dotsText } from "../study/dots.js";
import { formatBits, formatCount, formatNumber, plural } from "../text.js";
import { type GroupFacts, groupSentences } from "./group-sentences.js";
import {
  groupTitle,
  type Leaderboard,
  type LeaderboardEntry,
  type LeaderboardGroup,
  type RankedEntry,
  stateText,
} from "./leaderboard.js";
import { sortScript, sortStyle } from "./sort-script.js";
import { type SortableCell, sortableTable } from "./sortable-table.js";

const dash = "\u2013";

/** Most entries of a group that are drawn: those of lowest test error. */
export const mostDrawn = 20;

/**
 * The page of a list of runs: a section per group with its figure and its table, whose columns the reader sorts.
 * @param linkTo address of a path below the folder that was searched, as seen from where the page will lie
 */
export async function leaderboardPage(board: Leaderboard, linkTo: (path: string) => string): Promise<string> {
  const { groups, others, folder } = board;
  const sections: Section[] = [];
  for (const [g, group] of groups.entries()) sections.push(await groupSection(group, g, linkTo));
  if (others.length > 0) sections.push(othersSection(others, linkTo));
  const count = new Set(groups.flatMap(({ entries }) => entries.map((entry) => entry.folder))).size + others.length;
  return page(
    {
      title: `Runs in ${folder}`,
      subtitle:
        `${plural(count, "run or study", "runs and studies")} in ${plural(groups.length, "group")}. A group has one target in one unit, on one table: ` +
        "errors of different groups are not compared.",
      madeFrom: `what lay in ${folder}`,
      script: sortScript,
      style: sortStyle,
    },
    sections,
  );
}

async function groupSection(
  group: LeaderboardGroup,
  index: number,
  linkTo: (path: string) => string,
): Promise<Section> {
  const [first, ...rest] = said(groupSentences, groupFacts(group));
  return {
    id: `group-${index + 1}`,
    title: groupTitle(group),
    reading: rest.length === 0 ? [first] : [html`${first} ${rest.map((sentence) => [sentence, " "])}`],
    figures: await groupFigures(group, index),
    legend: html`${group.task === unnamedTask ? null : html`Task: ${group.task}. `}Test errors beside those of the baseline on the same rows. Entries may have tested different rows of the table: other
      seeds deal it out otherwise, and a cross-validation tests all of it.`,
    body: sortableTable(
      heads(group),
      group.entries.map((entry) => cells(entry, linkTo)),
    ),
  };
}

/** What is said of a group. */
export function groupFacts({ target, unit, table: { name }, errorName, entries }: LeaderboardGroup): GroupFacts {
  const [best] = lowest(entries);
  const test = best?.error.test ?? null;
  return {
    ...{ target, unit: unit === null ? "" : ` ${unit}`, table: name, error: errorName, entries: entries.length },
    tested: lowest(entries).length,
    best:
      test === null
        ? null
        : { folder: best.folder, test, interval: best.error.interval, baseline: best.error.baseline },
  };
}

/** Entries that have a test error, the lowest first. */
export function lowest(entries: readonly RankedEntry[]): RankedEntry[] {
  const tested = entries.filter(({ error }) => error.test !== null);
  return tested.sort((a, b) => (a.error.test ?? 0) - (b.error.test ?? 0));
}

async function groupFigures(group: LeaderboardGroup, index: number): Promise<Figure[]> {
  const drawn = foremost(lowest(group.entries), ({ error }) => -(error.test ?? 0), mostDrawn);
  if (drawn.shown.length === 0) return [];
  const { target, unit, errorName } = group;
  const which = drawn.more === 0 ? "" : `, the ${drawn.shown.length} lowest of ${drawn.shown.length + drawn.more}`;
  const title = `test ${errorName} of ${target}${unit === null ? "" : ` (${unit})`}${which}; lines: 95 % intervals`;
  const dots = drawn.shown.map(({ folder, kind, error }): Dot => {
    const { low = null, high = null } = error.interval ?? {};
    const colour = modalityColour(kind === "run" ? 0 : kind === "ensemble" ? 2 : 1);
    return { label: folder, colour, value: error.test, low, high, note: formatNumber(error.test) };
  });
  return [
    await drawFigure(`errors-${index + 1}`, dotsText(dots, title), figureWidth.full, (width) =>
      dotsSpec(dots, { title, width }),
    ),
  ];
}

function heads({ errorName, entries }: LeaderboardGroup): (readonly [string, "text" | "number"])[] {
  const baseline = entries.find(({ error }) => error.baseline !== null)?.error.baseline?.name ?? "baseline";
  return [
    ["folder", "text"],
    ["name", "text"],
    ["date", "number"],
    ["test rows", "number"],
    [`validation ${errorName}`, "number"],
    [`test ${errorName}`, "number"],
    [`${baseline}, test`, "number"],
    ["bits", "number"],
    ["warnings", "number"],
    ["state", "text"],
  ];
}

function cells(entry: RankedEntry, linkTo: (path: string) => string): SortableCell[] {
  const { name, date, error, bits, warnings, reason } = entry;
  const number = (value: number | null) => ({ shown: value === null ? dash : formatNumber(value, 4), key: value });
  return [
    { shown: linked(entry, linkTo) },
    { shown: name ?? dash },
    { shown: date === null ? dash : date.slice(0, 10), key: date === null ? null : Date.parse(date) },
    { shown: error.rows === 0 ? dash : formatCount(error.rows), key: error.rows === 0 ? null : error.rows },
    number(error.validation),
    number(error.test),
    number(error.baseline?.test ?? null),
    {
      shown: bits === null ? dash : formatBits(bits.value),
      key: bits === null ? null : (bits.value ?? Number.POSITIVE_INFINITY),
    },
    { shown: warnings === null ? dash : formatCount(warnings), key: warnings },
    { shown: reason === null ? stateText(entry) : `${stateText(entry)}: ${reason}` },
  ];
}

function linked({ folder, report }: LeaderboardEntry, linkTo: (path: string) => string): Html | string {
  return report === null ? folder : html`<a href="${hrefOf(linkTo(report))}">${folder}</a>`;
}

/** Entries that no group has. */
function othersSection(others: readonly LeaderboardEntry[], linkTo: (path: string) => string): Section {
  return {
    id: "others",
    title: "Without a group",
    reading: [html`Of these it is not known what they predict, or of which table.`],
    figures: [],
    body: table(
      [
        ["folder", "text"],
        ["date", "text"],
        ["state", "text"],
        ["why", "text"],
      ],
      others.map((entry) => [
        linked(entry, linkTo),
        entry.date?.slice(0, 10) ?? dash,
        stateText(entry),
        entry.reason ?? "",
      ]),
    ),
  };
}

import type { MissingValues } from "../../record/data-schemas.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { agree, formatCount, formatPercent, joinWords, plural } from "../text.js";

/** The rows of a run, and what had to be told of them. */
export interface DataFacts {
  /** "970 train", one per part; empty where the run did not record them. */
  readonly parts: readonly string[];
  /** Remarks about rows and columns. */
  readonly remarks: number;
  /** How columns were prepared, and why; undefined where nothing was chosen. */
  readonly preparation?: string | undefined;
  /** Whether any feature value is missing. */
  readonly gaps: boolean;
}

/** How rows were split, and columns prepared. */
export const splitSentences: readonly Sentence<DataFacts, Html>[] = [
  {
    id: "data/split",
    when: ({ parts }) => parts.length > 0,
    say: ({ parts }) => html`The rows were split into ${joinWords(parts)}.`,
  },
  {
    id: "data/preparation",
    when: ({ preparation }) => preparation !== undefined,
    say: ({ preparation = "" }) => html`${preparation.charAt(0).toUpperCase()}${preparation.slice(1)}.`,
  },
];

/** What introduces the remarks; nothing was done only where nothing was missing either. */
export const remarkSentences: readonly Sentence<DataFacts, Html>[] = [
  {
    id: "data/remarks",
    when: ({ remarks }) => remarks > 0,
    say: ({ remarks }) => html`The data needed ${plural(remarks, "remark")}:`,
  },
  {
    id: "data/as-it-was",
    when: ({ remarks, gaps }) => remarks === 0 && !gaps,
    say: () => html`Nothing was dropped or changed that needed a message.`,
  },
];

const total = ({ modalities }: MissingValues, of: "values" | "columns") =>
  Object.values(modalities).reduce((sum, modality) => sum + modality[of], 0);
const gapsOf = (missing: MissingValues) => total(missing, "values");

/** How many feature values are missing, and what was done about them. */
export const missingSentences: readonly Sentence<MissingValues, Html>[] = [
  {
    id: "missing/none",
    when: (missing) => gapsOf(missing) === 0,
    say: () => html`No feature value is missing.`,
  },
  {
    id: "missing/some",
    when: (missing) => gapsOf(missing) > 0,
    say: (missing) => {
      const gaps = gapsOf(missing);
      const cells = missing.rows * total(missing, "columns");
      return html`<b>${formatCount(gaps)}</b> of ${plural(cells, "feature value")} (${shareOf(gaps, cells)})
        ${agree(gaps, "is", "are")} missing, in ${formatCount(missing.rowsWithGaps)} of ${plural(missing.rows, "row")} with a
        target.`;
    },
  },
  {
    id: "missing/handled",
    when: (missing) => gapsOf(missing) > 0 && handled(missing).length > 0,
    say: (missing) => html`${handled(missing).join("; ")} (<code>data.missing: ${missing.policy}</code>).`,
  },
  {
    id: "missing/left-out",
    // All gaps may stand in columns that are constant in training, which no model reads.
    when: (missing) => gapsOf(missing) > 0 && handled(missing).length === 0,
    say: ({ policy }) => html`They stand in columns that are left out (<code>data.missing: ${policy}</code>).`,
  },
  {
    id: "missing/marks",
    when: ({ marks = [] }) => marks.length > 0,
    say: ({ marks = [] }) => {
      const listed = marks.map((mark) => (typeof mark === "number" ? String(mark) : `"${mark}"`));
      return html`${joinWords(listed)} ${agree(marks.length, "was", "were")} read as missing
        (<code>data.missingValues</code>).`;
    },
  },
];

function handled({ rowsDropped, filled, rowsWithoutModality }: MissingValues): string[] {
  const rows = plural(rowsWithoutModality, "row");
  const used = agree(rowsWithoutModality, "is used for what it has", "are used for what they have");
  return [
    ...(rowsDropped > 0
      ? [`${plural(rowsDropped, "row")} with gaps ${agree(rowsDropped, "was", "were")} left out`]
      : []),
    ...(filled > 0
      ? [
          `${plural(filled, "value")} ${agree(filled, "was", "were")} filled with the mean of the prepared training values`,
        ]
      : []),
    ...(rowsWithoutModality > 0 ? [`${rows} without a whole modality ${used}`] : []),
  ];
}

/** A share that is not nothing is never shown as 0 %. */
export function shareOf(count: number, of: number): string {
  const share = count / of;
  return count > 0 && share < 0.0005 ? "below 0.1 %" : formatPercent(share);
}

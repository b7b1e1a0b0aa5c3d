import type { MissingValues } from "../../record/run-schemas.js";
import { type Html, html, table } from "../html.js";
import { formatCount, formatPercent, joinWords, plural } from "../text.js";

type InModality = MissingValues["modalities"][string];

/** How many feature values are missing, and what was done about them. */
export function missingReading(missing: MissingValues): Html {
  const modalities = Object.values(missing.modalities);
  const total = (pick: (modality: InModality) => number) => modalities.reduce((sum, m) => sum + pick(m), 0);
  const gaps = total(({ values }) => values);
  if (gaps === 0) return html`No feature value is missing.${marksReading(missing)}`;
  const cells = missing.rows * total(({ columns }) => columns);
  return html`<b>${formatCount(gaps)}</b> of ${plural(cells, "feature value")} (${shareOf(gaps, cells)}) ${isOrAre(gaps)}
    missing, in ${formatCount(missing.rowsWithGaps)} of ${plural(missing.rows, "row")} with a target. ${handling(missing)}${marksReading(missing)}`;
}

/** What the config takes for missing beside empty cells and the usual marks. */
function marksReading({ marks = [] }: MissingValues): Html {
  if (marks.length === 0) return html``;
  const listed = marks.map((mark) => (typeof mark === "number" ? String(mark) : `"${mark}"`));
  return html` ${joinWords(listed)} ${marks.length === 1 ? "was" : "were"} read as missing
    (<code>data.missingValues</code>).`;
}

function handling({ policy, rowsDropped, filled, rowsWithoutModality }: MissingValues): Html {
  const rows = plural(rowsWithoutModality, "row");
  const have = rowsWithoutModality === 1 ? "it has" : "they have";
  const done = [
    ...(rowsDropped > 0 ? [`${plural(rowsDropped, "row")} with gaps ${wasOrWere(rowsDropped)} left out`] : []),
    ...(filled > 0
      ? [`${plural(filled, "value")} ${wasOrWere(filled)} filled with the mean of the prepared training values`]
      : []),
    ...(rowsWithoutModality > 0
      ? [`${rows} without a whole modality ${isOrAre(rowsWithoutModality)} used for what ${have}`]
      : []),
  ];
  // All gaps may stand in columns that are constant in training, which no model reads.
  const told = done.length === 0 ? "They stand in columns that are left out" : done.join("; ");
  return html`${told} (<code>data.missing: ${policy}</code>).`;
}

/** Whether any feature value is missing. */
export function hasGaps({ modalities }: MissingValues): boolean {
  return Object.values(modalities).some(({ values }) => values > 0);
}

/** Missing values by modality, and the columns with most; null where there are none. */
export function missingTable(missing: MissingValues): Html | null {
  if (!hasGaps(missing)) return null;
  const { rows, modalities } = missing;
  const entries = Object.entries(modalities);
  const counts = table(
    [
      ["missing values", "text"],
      ["values", "number"],
      ["share", "number"],
      ["rows with gaps", "number"],
      ["rows without any of it", "number"],
    ],
    entries.map(([name, modality]) => [
      name,
      formatCount(modality.values),
      shareOf(modality.values, rows * modality.columns),
      formatCount(modality.rows),
      formatCount(modality.absentRows),
    ]),
  );
  // Not in the table: the names of columns may be long, and a telephone is narrow.
  const columns = entries.flatMap(([name, modality]) =>
    modality.most.length === 0 ? [] : [html`<li><b>${name}</b>: ${columnsWithMost(modality)}</li>`],
  );
  return html`${counts}<p class="quiet">Columns with most missing values:</p><ul>${columns}</ul>`;
}

function columnsWithMost({ most, columnsWithGaps }: InModality): string {
  const named = most.map(({ column, values }) => `${column} (${formatCount(values)})`);
  const more = columnsWithGaps - most.length;
  return joinWords(more > 0 ? [named.join(", "), plural(more, "more", "more")] : named);
}

/** A share that is not nothing is never shown as 0 %. */
function shareOf(count: number, of: number): string {
  const share = count / of;
  return count > 0 && share < 0.0005 ? "below 0.1 %" : formatPercent(share);
}

function isOrAre(count: number): string {
  return count === 1 ? "is" : "are";
}

function wasOrWere(count: number): string {
  return count === 1 ? "was" : "were";
}

import { type Html, html, table } from "../html.js";
import type { MissingValues } from "../run-schemas.js";
import { formatCount, formatPercent, joinWords, plural } from "../text.js";

type InModality = MissingValues["modalities"][string];

/** How many feature values are missing, and what was done about them. */
export function missingReading(missing: MissingValues): Html {
  const modalities = Object.values(missing.modalities);
  const total = (pick: (modality: InModality) => number) => modalities.reduce((sum, m) => sum + pick(m), 0);
  const gaps = total(({ values }) => values);
  if (gaps === 0) return html`No feature value is missing.`;
  const cells = missing.rows * total(({ columns }) => columns);
  return html`<b>${formatCount(gaps)}</b> of ${plural(cells, "feature value")} (${shareOf(gaps, cells)}) ${isOrAre(gaps)}
    missing, in ${formatCount(missing.rowsWithGaps)} of ${plural(missing.rows, "row")} with a target. ${handling(missing)}`;
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

/** Missing values by modality; null where there are none. */
export function missingTable({ rows, modalities }: MissingValues): Html | null {
  const entries = Object.entries(modalities);
  if (entries.every(([, { values }]) => values === 0)) return null;
  return table(
    [
      ["missing values", "text"],
      ["values", "number"],
      ["share", "number"],
      ["rows with gaps", "number"],
      ["rows without any of it", "number"],
      ["columns with most", "text"],
    ],
    entries.map(([name, modality]) => [
      name,
      formatCount(modality.values),
      shareOf(modality.values, rows * modality.columns),
      formatCount(modality.rows),
      formatCount(modality.absentRows),
      columnsWithMost(modality),
    ]),
  );
}

function columnsWithMost({ most, columnsWithGaps }: InModality): string {
  if (most.length === 0) return "none";
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

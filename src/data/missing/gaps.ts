import type { ModalityGaps } from "../modality-gaps.js";

/** Rows that miss feature values which they must not miss. */
export interface Gaps {
  /** [rows] 1 for such a row. */
  readonly rows: Uint8Array;
  /** Missing values of such rows, by column. */
  readonly columns: ReadonlyMap<string, number>;
  /** Rows that lack every column of a modality, by modality, where that counts as a gap. */
  readonly absent: ReadonlyMap<string, number>;
  /** Why the first of them lacks a modality, where that is known. */
  readonly reason?: string;
}

/** @param absentModalities whether a row may lack whole modalities, if it has at least one */
export function findGaps(modalities: readonly ModalityGaps[], total: number, absentModalities: boolean): Gaps {
  const lacks = ({ counts, size }: ModalityGaps, i: number) => counts[i] === size;
  const rows = new Uint8Array(total);
  const absent = new Map<string, number>();
  for (let i = 0; i < total; i++) {
    const lost = modalities.filter((modality) => lacks(modality, i));
    const allowed = absentModalities && lost.length < modalities.length;
    if (!allowed) for (const { name } of lost) absent.set(name, (absent.get(name) ?? 0) + 1);
    rows[i] = Number(modalities.some((modality) => modality.counts[i] > 0 && !(allowed && lacks(modality, i))));
  }
  const first = rows.indexOf(1);
  const reasons = modalities.flatMap(({ name, rows: numbers, lacks }) => {
    const reason = first < 0 ? undefined : lacks?.(numbers[first]);
    return reason === undefined ? [] : [`modality "${name}": ${reason}`];
  });
  const reason = reasons.length === 0 ? {} : { reason: reasons.join("; ") };
  return { rows, columns: countByColumn(modalities, rows), absent, ...reason };
}

function countByColumn(modalities: readonly ModalityGaps[], gaps: Uint8Array) {
  const columns = new Map<string, number>();
  for (const { rows, parts } of modalities) {
    for (const { label, values } of parts) {
      let count = 0;
      rows.forEach((row, i) => {
        if (gaps[i] === 1 && Number.isNaN(values[row])) count++;
      });
      if (count > 0) columns.set(label, count);
    }
  }
  return columns;
}

/**
 * How many rows have gaps, where, and what helps.
 * @param external the table is read by a trained model, whose config cannot be changed any more
 */
export function describeGaps(
  { rows, columns, absent, reason }: Gaps,
  ids: readonly string[],
  { external = false, absentModalities = false }: { readonly external?: boolean; readonly absentModalities?: boolean },
): string {
  const total = rows.reduce((sum, gap) => sum + gap, 0);
  const listed = [...columns].slice(0, 5).map(([name, count]) => `"${name}" (${count})`);
  const more = columns.size > 5 ? ` and ${columns.size - 5} more columns` : "";
  const remedy = external
    ? "Complete the table or leave those rows out; a model that is trained with data.missing: mean fills them in."
    : "Set data.missing: drop (leave those rows out) or mean (fill them in).";
  const whole = [...absent].map(([name, count]) => `"${name}" (${count} ${count === 1 ? "row" : "rows"})`);
  const instead = external
    ? "a model that is trained with training.modalityDropout above 0 predicts such rows from the other modalities"
    : "with training.modalityDropout above 0 such rows are used for what they have";
  const advice =
    whole.length === 0 || absentModalities
      ? ""
      : ` Every column is missing of modality ${whole.join(", ")}: ${instead}.`;
  return (
    `${total} of ${ids.length} rows have missing feature values, the first is row "${ids[rows.indexOf(1)]}"` +
    `${reason === undefined ? "" : ` (${reason})`}; ` +
    `missing in ${listed.join(", ")}${more}. ${remedy}${advice}`
  );
}

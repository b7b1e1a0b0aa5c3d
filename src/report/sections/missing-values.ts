import type { MissingValues } from "../../record/data-schemas.js";
import { type Html, html, oneAfterAnother, table } from "../html.js";
import { said } from "../sentence.js";
import { missingSentences, shareOf } from "../sentences/data.js";
import { formatCount, joinWords, plural } from "../text.js";

type InModality = MissingValues["modalities"][string];

/** How many feature values are missing, and what was done about them. */
export function missingReading(missing: MissingValues): Html {
  return oneAfterAnother(said(missingSentences, missing));
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

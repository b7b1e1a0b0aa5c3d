import type { ConfoundsOfRun } from "../../record/data-schemas.js";
import { type Html, html, table } from "../html.js";
import { formatCount, formatPercent } from "../text.js";

/** What was taken out of the features of each modality, in shares of variance over the training rows. */
export function confoundTable({ confounds, modalities, shareByChance }: ConfoundsOfRun): Html {
  const lines = Object.entries(modalities).map(([name, { columns, meanShare, most }]) => [
    name,
    formatCount(columns),
    meanShare === null ? "none" : formatPercent(meanShare),
    most.map(({ column, share }) => `${column} (${formatPercent(share)})`).join(", "),
  ]);
  return html`<p>Taken out of the features by linear regression, fitted on the training part: <b>${confounds.join(", ")}</b>. By
    chance alone they would explain ${formatPercent(shareByChance)} of a column. The target was not touched.</p>
    ${table(
      [
        ["modality", "text"],
        ["columns", "number"],
        ["variance taken out, on average", "number"],
        ["most of", "text"],
      ],
      lines,
    )}`;
}

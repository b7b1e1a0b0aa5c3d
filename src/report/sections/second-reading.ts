import type { Decomposition } from "../../record/pid-schemas.js";
import type { AtomRow } from "../atom-rows.js";
import { type Html, html } from "../html.js";
import { readingWords } from "../readings.js";
import { formatBits } from "../text.js";

/** The cell of one number in the column of the second reading: value and standard error; empty where it has none. */
export function readingCell({ secondReading }: Decomposition, { key }: AtomRow): string {
  if (secondReading === undefined) return "";
  const { atoms, standardErrors } = secondReading;
  const value = atomOf(atoms, key);
  if (value === undefined) return "";
  const error = standardErrors === null ? null : (atomOf(standardErrors.atoms, key) ?? null);
  return error === null || value === null ? formatBits(value) : `${formatBits(value)} \u00b1 ${formatBits(error)}`;
}

/** Heading of that column; none where there is no second reading. */
export function readingHeading({ secondReading }: Decomposition): string | null {
  if (secondReading === undefined) return null;
  return `by ${secondReading.measure}${secondReading.standardErrors === null ? "" : " \u00b1 s.e."}`;
}

/** What the two readings are, for the legend. */
export function readingLegend({ secondReading }: Decomposition): Html | null {
  if (secondReading === undefined) return null;
  const errors =
    secondReading.standardErrors === null
      ? "There are no standard errors of it in this run."
      : "Its standard errors are those of the rows, without the allowance of the intervals.";
  const first = secondReading.measure === "idep" ? "broja" : "idep";
  return html` Two readings of the same information: ${readingWords[first]} The column "by ${secondReading.measure}":
    ${readingWords[secondReading.measure]} ${errors}`;
}

function atomOf(atoms: Decomposition["atoms"], key: string): number | null | undefined {
  if (key.startsWith("unique:")) return atoms.unique[key.slice("unique:".length)];
  if (key === "redundancy") return atoms.redundancy;
  return key === "synergy" ? atoms.synergy : undefined;
}

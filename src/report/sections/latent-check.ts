import { densityRanges, largestDensity } from "../../mi/atom-ranges.js";
import { isFound } from "../../mi/found.js";
import type { PidFile } from "../../record/pid-schemas.js";
import type { RunFiles } from "../../record/read-run.js";
import type { AtomRow } from "../atom-rows.js";
import { bitsWithError } from "../bits-text.js";
import { checkFindings } from "../check-sentences.js";
import { rangeErrors } from "../check-text.js";
import { type Html, html, table } from "../html.js";
import { checkLeftOutSentence, type LatentCheck, latentCheckFacts, readWords, seenWords } from "../latent-check.js";
import type { AtomCheck } from "../sentences/atom-facts.js";
import { formatBits, formatCount, joinWords } from "../text.js";

/** What the check of a run says beside its atoms; undefined where none was made. */
export function atomCheck({ pid, metrics }: Pick<RunFiles, "pid" | "metrics">): AtomCheck | undefined {
  const { check } = pid;
  if (check === undefined) return undefined;
  const { nonGaussian, informationFound } = check;
  return { nonGaussian, informationFound, words: checkFindings(latentCheckFacts({ ...pid, check }, metrics.targets)) };
}

/** Why a check that was wanted is not there. */
export function leftOut({ pid }: RunFiles): Html[] {
  return pid.checkLeftOut === undefined ? [] : [html`${checkLeftOutSentence(pid.checkLeftOut)}`];
}

/** Both readings of each modality, of pairs of three and of all. */
export function checkTable({ check }: PidFile): Html | null {
  if (check === undefined) return null;
  const most = check.readings[check.readings.length - 1].modalities.length;
  const bits = ({ bits: value, standardError }: { bits: number; standardError: number }) =>
    bitsWithError(value, standardError);
  const rows = check.readings.map(({ modalities, gaussian, density, gap, beyond }) => [
    modalities.length === most && most > 1 ? "all modalities together" : joinWords(modalities),
    bits(gaussian.heldOut),
    densityCell(check, density),
    beyond ? html`<b>${bits(gap)}</b>` : bits(gap),
  ]);
  return table(
    [
      ["is the Gaussian reading enough?", "text"],
      ["Gaussian, bits", "number"],
      ["density, bits", "number"],
      ["gap", "number"],
    ],
    rows,
  );
}

function densityCell({ bound }: LatentCheck, density: LatentCheck["readings"][number]["density"]): string {
  return `${bound && isFound(density) ? "at least " : ""}${bitsWithError(density.bits, density.standardError)}`;
}

/** What the table of the check shows. */
export function checkLegend({ check }: PidFile): Html | null {
  if (check === undefined) return null;
  return html` Is the Gaussian reading enough: on ${formatCount(check.n)} validation and test rows, which did not train the
    encoders (the validation rows chose the epoch), a conditional density that sees the ${seenWords(check)} against the linear
    Gaussian reading of ${readWords(check)} from which it starts; both held out in ${formatCount(check.folds)} folds, \u00b1 standard error;
    gap: what the density tells more${check.bound ? " (row by row, before each information was calibrated, so not quite the difference)" : ""}, bold where that is beyond two standard errors and 0.05 bits. It bounds what is missed from below only.${
      boundsHeading({ check }) === null
        ? null
        : html` The column \u201cby the density\u201d: informations from below (together: at least the largest of them), and between which ends these put the atoms, whatever their definition; ${rangeErrors}.`
    }`;
}

/** Heading of the column of the density in the table of atoms; none where the Gaussian reading is enough. */
export function boundsHeading({ check }: Pick<PidFile, "check">): string | null {
  return check?.nonGaussian && check.bound ? "by the density" : null;
}

/** The cell of one number in that column; empty where the density says nothing of it. */
export function boundsCell({ check }: PidFile, { key }: AtomRow): string {
  if (check === undefined) return "";
  const { readings } = check;
  const ranges = densityRanges(readings);
  if (key === "total") return densityCell(check, largestDensity(readings));
  if (key.startsWith("information:")) {
    const name = key.slice("information:".length);
    const own = readings.find(({ modalities }) => modalities.length === 1 && modalities[0] === name);
    return own === undefined ? "" : densityCell(check, own.density);
  }
  const range = key.startsWith("unique:")
    ? ranges.unique[key.slice("unique:".length)]
    : key === "redundancy" || key === "synergy"
      ? ranges[key]
      : undefined;
  return range === undefined ? "" : `${formatBits(range.least)} to ${formatBits(range.most)}`;
}

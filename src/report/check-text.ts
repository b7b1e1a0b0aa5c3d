import { densityRanges } from "../mi/atom-ranges.js";
import type { AtomRange, GaussianCheck } from "../mi/check-types.js";
import { isFound } from "../mi/found.js";
import { shown } from "../shown.js";
import { bitsWithError, fixed } from "./bits-text.js";
import { type CheckFacts, checkFindings } from "./check-sentences.js";
import { joinWords } from "./text.js";
import { alignColumns, wrapWords } from "./text-columns.js";

const lineWidth = 110;

/** A check of the Gaussian reading as text for a terminal: table, ranges of the atoms where they are wanted, sentences. */
export function checkText(facts: CheckFacts): string {
  const { check } = facts;
  const words = checkFindings(facts).map((sentence) => `  - ${wrapWords(shown(sentence), lineWidth).join("\n    ")}`);
  const ranges = check.nonGaussian && check.bound ? `${rangeLines(check)}\n` : "";
  return (
    `Is the Gaussian reading enough? Bits, of ${facts.of ?? `rows held out in ${check.folds} folds; columns and target count by their ranks`}\n` +
    `${alignColumns(table(check))}\n${gapNote(check)}${ranges}${words.join("\n")}`
  );
}

function table({ readings, bound }: GaussianCheck): string[][] {
  const neighbours = readings.some(({ ksg }) => ksg !== null);
  const header = ["", "Gaussian", "density", "gap", "", ...(neighbours ? ["neighbours"] : [])];
  const lines = readings.map(({ modalities, gaussian, density, gap, beyond, ksg }) => [
    `  ${modalities.length === 1 ? modalities[0] : modalities.length === readings[readings.length - 1].modalities.length ? "all together" : joinWords(modalities)}`,
    bitsWithError(gaussian.heldOut.bits, gaussian.heldOut.standardError),
    `${bound && isFound(density) ? "at least " : ""}${bitsWithError(density.bits, density.standardError)}`,
    bitsWithError(gap.bits, gap.standardError),
    beyond ? "beyond" : "",
    ...(neighbours ? [ksg === null ? "" : bitsWithError(ksg.bits, ksg.standardError)] : []),
  ]);
  return [header, ...lines];
}

/** What the gap is, of informations that are bounds: these were calibrated each by itself. */
export const gapWords =
  "gap: the mean difference of the two log densities, row by row, before each information was calibrated and its correction " +
  "taken off; it need not be the difference of the columns";

function gapNote({ bound }: GaussianCheck): string {
  return bound ? `${wrapWords(`${gapWords}.`, lineWidth).join("\n")}\n` : "";
}

/** What the ends of the atoms allow for. */
export const rangeErrors = "ends moved out by 2 standard errors of each; what no density found is not in them";

/** Where the atoms lie, whatever their definition, beside the Gaussian ones. */
function rangeLines({ readings }: GaussianCheck): string {
  const ranges = densityRanges(readings);
  const two = Object.keys(ranges.unique).length === 2;
  const cell = ({ least, most }: AtomRange) => `${fixed(least, 2)} .. ${fixed(most, 2)}`;
  const rows = [
    ...Object.entries(ranges.unique).map(([name, range]) => [`  only ${name} (unique)`, cell(range)]),
    [two ? "  either one (redundancy)" : "  in every one (redundancy)", cell(ranges.redundancy)],
    ["  only together (synergy)", cell(ranges.synergy)],
  ];
  const heading = `Atoms, whatever their definition, from informations that are at least: ${rangeErrors}`;
  return `${wrapWords(heading, lineWidth).join("\n")}\n${alignColumns(rows)}`;
}

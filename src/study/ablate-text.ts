import { shown } from "../shown.js";
import type { AblateResults } from "./ablate-results.js";
import { digits, fixed, markdownTable, percent } from "./markdown.js";
import { sharedPartsText } from "./parts-text.js";
import { atomRows, errorHeading } from "./summarise.js";

/** The findings as Markdown. */
export function ablateText(name: string, results: AblateResults): string {
  const { variants, seeds, rows, resampled, parts, warnings } = results;
  const errors = variants.map(({ name, error, difference }) => [
    name,
    digits(error.value),
    difference === null ? "" : percent(difference.value),
    difference === null ? "" : `${percent(difference.low)} to ${percent(difference.high)}`,
  ]);
  const labels = atomRows(variants[0].pid).map(([label]) => label);
  const atoms = variants.map(({ name, pid }) => [name, ...atomRows(pid).map(([, value]) => fixed(value?.mean, 2))]);
  return `${[
    `# ${shown(name)}: what each part does`,
    `${rows} test rows, ${seeds} ${seeds === 1 ? "training" : "trainings"} of each, all on the same rows. ` +
      `Change of the error against the full config, with its 95 % interval (bootstrap ${resampled}): above 0 the part helps.`,
    ...sharedPartsText(parts, warnings),
    markdownTable([["left out", errorHeading(results), "change", "95 %"], ...errors]),
    seeds === 1
      ? "With one training each, the intervals hold the chance of the rows only; two trainings of one config differ too. Use --seeds 3 or more."
      : "The intervals hold the chance of the rows and of the training.",
    "Information about the target, bits:",
    markdownTable([["left out", ...labels], ...atoms]),
  ].join("\n\n")}\n`;
}

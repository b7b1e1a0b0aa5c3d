import { said } from "../report/sentence.js";
import { shown } from "../shown.js";
import type { AblateResults } from "./ablate-results.js";
import { ablateFacts, ablateSentences } from "./ablate-sentences.js";
import { informationSentences } from "./information-sentences.js";
import { digits, fixed, markdownTable, percent } from "./markdown.js";
import { sharedPartsText } from "./parts-text.js";
import { atomRows, errorHeading, errorLegend, infiniteLegend } from "./summarise.js";

/** The findings of an ablation as Markdown. */
export function ablateText(name: string, results: AblateResults): string {
  const { variants, seeds, rows, resampled, parts, warnings, cautions } = results;
  const errors = variants.map(({ name, error, difference }) => [
    name,
    digits(error.value),
    difference === null ? "" : percent(difference.value),
    difference === null ? "" : `${percent(difference.low)} to ${percent(difference.high)}`,
  ]);
  const labels = atomRows(variants[0].pid).map(([label]) => label);
  const atoms = variants.map(({ name, pid }) => [name, ...atomRows(pid).map(([, value]) => fixed(value?.mean, 2))]);
  return `${[
    `# ${shown(name)}: one part after another left out`,
    said(ablateSentences, ablateFacts(results)).join(" "),
    `${rows} test rows, ${seeds} ${seeds === 1 ? "training" : "trainings"} of each, all on the same rows. ` +
      `"change": test error over that of the full config, less 1, with its 95 % interval (bootstrap ${resampled}).`,
    ...sharedPartsText(parts, warnings),
    markdownTable([["left out", errorHeading(results, "test"), "change", "95 %"], ...errors]),
    [errorLegend(results), ...cautions].filter((text) => text !== "").join(" "),
    ...said(informationSentences, { ...results, outer: null }),
    markdownTable([["left out", ...labels], ...atoms]),
    ...infiniteLegend(variants.flatMap(({ pid }) => atomRows(pid).map(([, value]) => value))),
  ]
    .filter((text) => text !== "")
    .join("\n\n")}\n`;
}

import { said } from "../report/sentence.js";
import { shown } from "../shown.js";
import type { AblateResults } from "./ablate-results.js";
import { ablateFacts, ablateSentences } from "./ablate-sentences.js";
import { informationSentences } from "./information-sentences.js";
import { digits, fixed, percent } from "./markdown.js";
import { splitTables, warningBlocks } from "./parts-text.js";
import { setAsideWords } from "./repeats.js";
import { atomRows, errorHeading, errorLegend, infiniteLegend } from "./summarise.js";
import { heading, paragraph, paragraphs, type TextBlock, table } from "./text-blocks.js";

/** The findings of an ablation. */
export function ablateText(name: string, results: AblateResults): TextBlock[] {
  return [
    heading(ablateTitle(shown(name))),
    ...ablateVerdict(results),
    ...warningBlocks(results.warnings),
    ...splitTables(results),
    ...ablateErrors(results),
    ...ablateInformation(results),
  ];
}

/** @param name of the config */
export function ablateTitle(name: string): string {
  return `${name}: one part after another left out`;
}

/** What leaving parts out does, and how that was found. */
export function ablateVerdict(results: AblateResults): TextBlock[] {
  const { repeats, seeds, rows, resampled, setAside } = results;
  return [
    ...paragraph(said(ablateSentences, ablateFacts(results)).join(" ")),
    ...paragraph(
      `${repeats === 1 ? `${rows} test rows` : `${repeats} splits with ${rows} test rows in the first`}, ${seeds} ` +
        `${seeds === 1 ? "training" : "trainings"} of each${repeats === 1 ? ", all on the same rows" : " on every split, all on the same rows of it"}. ` +
        `"change": test error over that of the full config, less 1, with its 95 % interval (${resampled}).` +
        (setAside === 0 ? "" : ` ${setAsideWords(setAside)}.`),
    ),
  ];
}

/** Errors and their changes. */
export function ablateErrors(results: AblateResults): TextBlock[] {
  const errors = results.variants.map(({ name, error, difference }) => [
    name,
    digits(error.value),
    difference === null ? "" : percent(difference.value),
    difference === null ? "" : `${percent(difference.low)} to ${percent(difference.high)}`,
  ]);
  return [
    table([["left out", errorHeading(results, "test"), "change", "95 %"], ...errors]),
    ...paragraph([errorLegend(results), ...results.cautions].filter((text) => text !== "").join(" ")),
  ];
}

/** Atoms of every variant. */
export function ablateInformation(results: AblateResults): TextBlock[] {
  const { variants } = results;
  const labels = atomRows(variants[0].pid).map(([label]) => label);
  const atoms = variants.map(({ name, pid }) => [name, ...atomRows(pid).map(([, value]) => fixed(value?.mean, 2))]);
  return [
    ...paragraphs(said(informationSentences, { ...results, outer: null })),
    table([["left out", ...labels], ...atoms]),
    ...paragraphs(infiniteLegend(variants.flatMap(({ pid }) => atomRows(pid).map(([, value]) => value)))),
  ];
}

import type { RunFiles } from "../../record/read-run.js";
import { type Html, html } from "../../report/html.js";
import { codeWords, warningsOf } from "../../report/run-warnings.js";
import { plural } from "../../report/text.js";
import { shown } from "../../shown.js";
import { paragraph, type TextBlock } from "../text-blocks.js";

/** A finished training, as far as it tells of its rows and of what to be careful with. */
interface ToldTraining {
  readonly files: RunFiles;
}

/** What several trainings say, told once. */
export interface RepeatedText {
  /** As the first of them says it. */
  readonly text: string;
  /** How many say it, with whatever numbers. */
  readonly trainings: number;
}

/** Texts of trainings, each once: those that differ only in numbers are one. @param texts of every training */
export function repeatedTexts(texts: readonly (readonly string[])[]): RepeatedText[] {
  const found = new Map<string, { text: string; trainings: number }>();
  for (const own of texts) {
    for (const [kind, text] of new Map(own.map((each) => [each.replace(/\d+(?:\.\d+)?/g, "#"), each]))) {
      const known = found.get(kind) ?? { text, trainings: 0 };
      known.trainings++;
      found.set(kind, known);
    }
  }
  return [...found.values()];
}

/** Sentences under a heading. */
interface Told {
  readonly title: string;
  readonly texts: readonly string[];
}

/**
 * What the trainings tell of the rows that they read and left out, of sites that were not brought together and of columns, and what
 * they warn of: the data section and the warnings of their own reports, each sentence once. Nothing where there is none.
 */
function toldBy(finished: readonly ToldTraining[]): Told[] {
  const rows = repeatedTexts(finished.map(({ files }) => files.data.messages ?? []));
  const warned = repeatedTexts(
    finished.map(({ files }) => warningsOf(files).map(({ code, text }) => `${codeWords(code)}: ${text}`)),
  );
  const withCount = ({ text, trainings }: RepeatedText) =>
    `${text}${trainings === finished.length ? "" : ` (in ${trainings} of ${plural(finished.length, "training")})`}`;
  return [
    { title: "Rows and columns, as the trainings read them:", texts: rows.map(withCount) },
    { title: "What the trainings warn of:", texts: warned.map(withCount) },
  ].filter(({ texts }) => texts.length > 0);
}

/** The same as pieces of a text, for report.md. */
export function cautionBlocks(finished: readonly ToldTraining[]): TextBlock[] {
  return toldBy(finished).flatMap(({ title, texts }) => [
    ...paragraph(title),
    { kind: "list", items: texts.map(shown) } as const,
  ]);
}

/** The same for a page. */
export function trainingCautions(finished: readonly ToldTraining[]): Html {
  return html`${toldBy(finished).map(
    ({ title, texts }) => html`<p>${title}</p>
      <ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`,
  )}`;
}

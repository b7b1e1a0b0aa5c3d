import type { RunFiles } from "../../record/read-run.js";
import { type Html, html } from "../../report/html.js";
import { codeWords, warningsOf } from "../../report/run-warnings.js";
import { plural } from "../../report/text.js";

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

/**
 * What the trainings tell of the rows that they read and left out, of sites that were not brought together and of columns, and what
 * they warn of: the data section and the warnings of their own reports, each sentence once.
 */
export function trainingCautions(finished: readonly ToldTraining[]): Html {
  const rows = repeatedTexts(finished.map(({ files }) => files.data.messages ?? []));
  const warned = repeatedTexts(
    finished.map(({ files }) => warningsOf(files).map(({ code, text }) => `${codeWords(code)}: ${text}`)),
  );
  return html`${list("Rows and columns, as the trainings read them:", rows, finished.length)}
    ${list("What the trainings warn of:", warned, finished.length)}`;
}

function list(title: string, texts: readonly RepeatedText[], all: number): Html {
  if (texts.length === 0) return html``;
  const of = (count: number) => (count === all ? "" : ` (in ${count} of ${plural(all, "training")})`);
  return html`<p>${title}</p>
    <ul>${texts.map(({ text, trainings }) => html`<li>${text}${of(trainings)}</li>`)}</ul>`;
}

import type { RunFiles } from "../record/read-run.js";
import { findings } from "../report/findings.js";
import { type Html, html } from "../report/html.js";
import { codeWords, warningsOf } from "../report/run-warnings.js";
import type { Section } from "../report/section.js";
import { atomsSection } from "../report/sections/atoms.js";
import { importanceSection } from "../report/sections/importance.js";
import { verdictSection } from "../report/sections/verdict.js";
import { withoutSection } from "../report/sections/without.js";

/** Warnings that may name rows of the training table, which a page must not hold. */
const namesRows: ReadonlySet<string> = new Set([
  "influential-rows",
  "copied-rows",
  "lost-rows",
  "missing-marks",
  "note",
]);

/** The parts of a page: where its program puts what it says of rows, then what the report says of all. */
export async function pageSections(run: RunFiles): Promise<Section[]> {
  const found = findings(run);
  const population = [
    verdictSection(run, found),
    await atomsSection(run),
    await withoutSection(run, found),
    await importanceSection(run),
    warnings(run),
  ];
  return [
    place("rows", "Rows to predict"),
    place("predictions", "Predictions"),
    place("row", "One row"),
    ...population.filter((section) => section !== null),
  ];
}

/** A part that the program of the page fills. */
function place(id: string, title: string): Section {
  return { id, title, reading: [], figures: [], body: html`<div id="app-${id}"></div>` };
}

/** What the run warned of, without what names rows. */
function warnings(run: RunFiles): Section {
  const all = warningsOf(run);
  const said = all.filter(({ code }) => !namesRows.has(code));
  const left = [...new Set(all.filter(({ code }) => namesRows.has(code)).map(({ code }) => codeWords(code)))];
  const lines: Html[] = [
    ...said.map(({ code, text }) => html`<li><b>${codeWords(code)}</b>: ${text}</li>`),
    ...(left.length === 0
      ? []
      : [html`<li>About single rows, in the report of the run alone: ${left.join(", ")}</li>`]),
  ];
  return {
    id: "warnings",
    title: "Warnings of the training",
    reading: lines.length === 0 ? [html`None: the checks of this run found nothing to warn of.`] : [],
    figures: [],
    body: lines.length === 0 ? undefined : html`<ul class="warnings">${lines}</ul>`,
  };
}

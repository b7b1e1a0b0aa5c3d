import type { Config } from "../../config/schema.js";
import { headlineOf } from "../../evaluation/headline.js";
import { yamlText } from "../../files/yaml.js";
import { pidregVersion } from "../../record/environment.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { hrefOf } from "../../report/href.js";
import { type Html, html, linesOf, table } from "../../report/html.js";
import { warningsOf } from "../../report/run-warnings.js";
import type { Section } from "../../report/section.js";
import { formatBits, formatCount, formatNumber } from "../../report/text.js";
import { withUnit } from "../../report/with-unit.js";
import type { FinishedRun } from "../study.js";
import { runPath } from "../study-file.js";
import { trainingCautions } from "./cautions.js";

/** What nobody should miss about the table, its parts and the trainings. */
export function warningsSection(warnings: readonly string[]): Section {
  return {
    id: "warnings",
    title: "Warnings",
    reading: warnings.length === 0 ? [html`None: the checks of this study found nothing to warn of.`] : [],
    figures: [],
    ...(warnings.length === 0
      ? {}
      : { body: html`<ul class="warnings">${warnings.map((text) => html`<li>${text}</li>`)}</ul>` }),
  };
}

/** Every training with its error, and its report where it has one; then what they tell of their rows and warn of. */
export async function trainingsSection(finished: readonly FinishedRun[]): Promise<Section> {
  const [{ files }] = finished;
  const { targets } = files.metrics;
  const { headline } = files.task.metrics;
  const rows = await Promise.all(
    finished.map(async ({ name, files: run }) => [
      await linked(name, run.folder),
      String(run.environment.seed),
      formatCount(run.metrics.test.n),
      ...targets.map((target) => formatNumber(headlineOf(run.metrics.test.perTarget[target], headline), 4)),
      formatBits(run.pid.information.total),
      formatCount(warningsOf(run).length),
    ]),
  );
  return {
    id: "trainings",
    title: "The trainings",
    reading: [html`Each is a run folder of its own, in <code>runs/</code>, with a report of its own.`],
    figures: [],
    body: html`${table(
      [
        ["training", "text"],
        ["seed", "number"],
        ["test rows", "number"],
        ...targets.map((target) => [`${headline.name} of ${withUnit(files.metrics, target)}`, "number"] as const),
        ["bits together", "number"],
        ["warnings", "number"],
      ],
      rows,
    )}
      ${trainingCautions(finished)}`,
  };
}

/** The name of a training, as a link where there is a report to go to. */
async function linked(name: string, folder: string): Promise<Html | string> {
  if (!(await new RunFolder(folder).has(runFiles.report))) return name;
  return html`<a href="${hrefOf(`${runPath(name)}/${runFiles.report}`)}">${name}</a>`;
}

/** The config that all trainings come from. @param letter of one of several configs */
export function configSection(config: Config, letter?: string): Section {
  return {
    id: letter === undefined ? "reproduce" : `reproduce-${letter.toLowerCase()}`,
    title: letter === undefined ? "The config of the study" : `Config ${letter}`,
    reading: [
      html`Made by pidreg ${pidregVersion()}. <code>study.json</code> holds what was asked for and the SHA-256 of the data; the same
        data and version give the same numbers. Paths are relative to the study folder.`,
    ],
    figures: [],
    body: html`<pre tabindex="0">${linesOf(yamlText(config))}</pre>`,
  };
}

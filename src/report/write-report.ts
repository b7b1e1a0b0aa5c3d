import path from "node:path";
import { InputError } from "../errors.js";
import { isFolder } from "../files/make-folder.js";
import { undigestedMessages } from "../record/digests.js";
import { type RunFiles, readRun } from "../record/read-run.js";
import { runFiles } from "../record/run-folder.js";
import { drawnAt, type FigureWidths } from "./draw-figure.js";
import { findings } from "./findings.js";
import type { Section } from "./section.js";
import { absenceSection } from "./sections/absence.js";
import { atomsSection } from "./sections/atoms.js";
import { dataSection } from "./sections/data.js";
import { dependenceSection } from "./sections/dependence.js";
import { importanceSection } from "./sections/importance.js";
import { lambdaSection } from "./sections/lambda.js";
import { latentsSection } from "./sections/latents.js";
import { lossesSection } from "./sections/losses.js";
import { occlusionSection } from "./sections/occlusion.js";
import { reproduceSection } from "./sections/reproduce.js";
import { rowsSection } from "./sections/rows.js";
import { trajectorySection } from "./sections/trajectory.js";
import { verdictSection } from "./sections/verdict.js";
import { warningsSection } from "./sections/warnings.js";
import { withoutSection } from "./sections/without.js";
import { reportOf } from "./tasks/task-reports.js";
import { joinWords } from "./text.js";
import { writePage } from "./write-page.js";
import type { RunReport } from "./written-report.js";

/**
 * Writes the report of a finished run, from its folder alone: one HTML file that needs neither script nor network, and
 * each figure as an SVG file in `figures/` beside it (`NAME-figures/` for another name than report.html). Files are
 * replaced whole.
 *
 * @param runFolder folder that training wrote
 * @param outFile   default: report.html in the run folder
 * @param widths    of its figures
 * @throws InputError when the folder is not a finished run, a file in it is malformed, or
 *   `outFile` is no HTML file name or cannot be written
 */
export async function writeReport(
  runFolder: string,
  outFile?: string,
  widths: FigureWidths = "all",
): Promise<RunReport> {
  const file = outFile ?? path.join(runFolder, runFiles.report);
  await checkTarget(file);
  const run = await readRun(runFolder);
  const sections = await drawnAt(widths, () => runSections(run));
  const [subtitle, shown] =
    widths === "none"
      ? [`${runSubtitle(run)}, without drawings: pidreg report RUN adds them`, sections.map(withoutFigures)]
      : [runSubtitle(run), sections];
  const written = await writePage(file, { title: run.name, subtitle }, shown);
  return { ...written, messages: undigestedMessages(run.digested ? [] : [runFolder]) };
}

/** A section without its figures and how they are read. */
function withoutFigures(section: Section): Section {
  return section.figures.length === 0 ? section : { ...section, figures: [], legend: undefined };
}

async function checkTarget(file: string): Promise<void> {
  if (!/\.html?$/i.test(file))
    throw new InputError(`${file}: a report is an HTML file; give a name that ends in .html`);
  if (await isFolder(file).catch(() => false))
    throw new InputError(`${file}: is a folder; give the name of an HTML file`);
}

/** Everything that a report says of a run, in its order. */
export async function runSections(run: RunFiles): Promise<Section[]> {
  const found = findings(run);
  const sections = [
    verdictSection(run, found),
    await atomsSection(run),
    await withoutSection(run, found),
    await importanceSection(run),
    await dependenceSection(run),
    ...(await reportOf(run.task).sections(run, found)),
    absenceSection(run, found),
    rowsSection(run),
    occlusionSection(run),
    await trajectorySection(run),
    await lossesSection(run),
    await latentsSection(run),
    await lambdaSection(run),
    dataSection(run),
    warningsSection(run),
    reproduceSection(run),
  ];
  return sections.filter((section) => section !== null);
}

/** What was predicted from what. */
export function runSubtitle({ metrics, pid }: RunFiles): string {
  return `Prediction of ${joinWords(metrics.targets)} from ${joinWords(pid.modalities)}`;
}

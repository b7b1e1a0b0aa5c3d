import { mkdir } from "node:fs/promises";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { findings } from "./findings.js";
import { page } from "./page.js";
import { standalone } from "./render-svg.js";
import { type RunFiles, readRun } from "./run-files.js";
import type { Figure, Section } from "./section.js";
import { atomsSection } from "./sections/atoms.js";
import { dataSection } from "./sections/data.js";
import { lambdaSection } from "./sections/lambda.js";
import { lossesSection } from "./sections/losses.js";
import { predictionsSection } from "./sections/predictions.js";
import { reproduceSection } from "./sections/reproduce.js";
import { rowsSection } from "./sections/rows.js";
import { trajectorySection } from "./sections/trajectory.js";
import { verdictSection } from "./sections/verdict.js";
import { warningsSection } from "./sections/warnings.js";
import { withoutSection } from "./sections/without.js";
import { joinWords } from "./text.js";

/** What was written. */
export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  /** Figures as SVG files of their own. */
  readonly figures: readonly string[];
}

/**
 * Writes the report of a finished run, from its folder alone: one HTML file that needs neither script nor network, and
 * each figure as an SVG file in `figures/` beside it. Files are replaced whole.
 *
 * @param runFolder folder that training wrote
 * @param outFile   default: report.html in the run folder
 * @throws InputError when the folder is not a finished run, or a file in it is malformed
 */
export async function writeReport(runFolder: string, outFile?: string): Promise<WrittenReport> {
  const run = await readRun(runFolder);
  const sections = await allSections(run);
  const file = outFile ?? path.join(runFolder, "report.html");
  const text = page({ title: run.name, subtitle: subtitle(run) }, sections);
  const figureFolder = path.join(path.dirname(file), "figures");
  await mkdir(figureFolder, { recursive: true });
  const figures = sections.flatMap((section) => section.figures);
  const written = await Promise.all(figures.map((figure) => writeFigure(figureFolder, figure)));
  await writeFileAtomic(file, text);
  return { file, bytes: Buffer.byteLength(text), figures: written };
}

async function allSections(run: RunFiles): Promise<Section[]> {
  const found = findings(run);
  const sections = [
    verdictSection(run, found),
    await atomsSection(run),
    await withoutSection(run, found),
    await predictionsSection(run, found),
    rowsSection(run),
    await trajectorySection(run),
    await lossesSection(run),
    await lambdaSection(run),
    dataSection(run),
    warningsSection(run),
    reproduceSection(run),
  ];
  return sections.filter((section) => section !== null);
}

function subtitle({ metrics, pid }: RunFiles): string {
  return `Prediction of ${joinWords(metrics.targets)} from ${joinWords(pid.modalities)}`;
}

async function writeFigure(folder: string, { id, wide }: Figure): Promise<string> {
  const file = path.join(folder, `${id}.svg`);
  await writeFileAtomic(file, standalone(wide));
  return file;
}

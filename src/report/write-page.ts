import path from "node:path";
import { makeFolderInside } from "../files/make-folder.js";
import { checkOutputFile } from "../files/output-file.js";
import { refuseLinks } from "../files/own-file.js";
import { writeWhole } from "../files/write-whole.js";
import { type PageHead, page } from "./page.js";
import { standalone } from "./render-svg.js";
import type { Figure, Section } from "./section.js";
import type { WrittenReport } from "./written-report.js";

/**
 * Writes a page and its figures: `figures/` beside report.html, `NAME-figures/` beside another name. Files are replaced
 * whole.
 * @throws InputError when the folder of `file` is missing, RunError when the disk refuses a file
 */
export async function writePage(file: string, head: PageHead, sections: readonly Section[]): Promise<WrittenReport> {
  const text = page(head, sections);
  const figureFolder = figureFolderOf(file);
  await checkOutputFile(file);
  await refuseLinks(path.dirname(figureFolder), [path.basename(figureFolder)]);
  await makeFolderInside(figureFolder);
  const figures: string[] = [];
  for (const figure of sections.flatMap((section) => section.figures)) {
    figures.push(await writeFigure(figureFolder, figure));
  }
  await writeWhole(file, text);
  return { file, bytes: Buffer.byteLength(text), figures };
}

function figureFolderOf(file: string): string {
  const { dir, name } = path.parse(file);
  return path.join(dir, name === "report" ? "figures" : `${name}-figures`);
}

async function writeFigure(folder: string, { id, wide }: Figure): Promise<string> {
  const file = path.join(folder, `${id}.svg`);
  await writeWhole(file, standalone(wide));
  return file;
}

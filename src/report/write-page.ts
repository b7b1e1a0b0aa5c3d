import { mkdir } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../errors.js";
import { refuseLinks } from "../files/own-file.js";
import { writeWhole } from "../files/write-whole.js";
import { type PageHead, page } from "./page.js";
import { standalone } from "./render-svg.js";
import type { Figure, Section } from "./section.js";

/** What was written. */
export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  /** Figures as SVG files of their own. */
  readonly figures: readonly string[];
}

/**
 * Writes a page and its figures: `figures/` beside report.html, `NAME-figures/` beside another name. Files are replaced
 * whole.
 * @throws InputError when the folder of `file` cannot be written
 */
export async function writePage(file: string, head: PageHead, sections: readonly Section[]): Promise<WrittenReport> {
  const text = page(head, sections);
  const figureFolder = figureFolderOf(file);
  await makeFolder(figureFolder, file);
  const figures = sections.flatMap((section) => section.figures);
  const written = await Promise.all(figures.map((figure) => writeFigure(figureFolder, figure)));
  await writeWhole(file, text);
  return { file, bytes: Buffer.byteLength(text), figures: written };
}

function figureFolderOf(file: string): string {
  const { dir, name } = path.parse(file);
  return path.join(dir, name === "report" ? "figures" : `${name}-figures`);
}

/** Not recursive: Node's recursive mkdir never returns where the system refuses new folders, as in /proc. */
async function makeFolder(folder: string, file: string): Promise<void> {
  await refuseLinks(path.dirname(folder), [path.basename(folder)]);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return;
    const parent = path.dirname(folder);
    throw new InputError(
      `${file}: cannot write into ${parent} (${error.code}); give a folder that exists and can be written`,
    );
  });
}

async function writeFigure(folder: string, { id, wide }: Figure): Promise<string> {
  const file = path.join(folder, `${id}.svg`);
  await writeWhole(file, standalone(wide));
  return file;
}

import path from "node:path";
import { fileURLToPath } from "node:url";
import { InputError, RunError } from "../errors.js";
import { isFolder } from "../files/make-folder.js";
import { checkOutputFile } from "../files/output-file.js";
import { readOwnFile } from "../files/own-file.js";
import { writeWhole } from "../files/write-whole.js";
import { checkRunFolder } from "../record/check-run-folder.js";
import { undigestedMessages } from "../record/digests.js";
import { type RunFiles, readRun } from "../record/read-run.js";
import { type PageBlock, page } from "../report/page.js";
import { warningsOf } from "../report/run-warnings.js";
import { runSubtitle } from "../report/write-report.js";
import { contentsPlace, type PageContents, programPlace } from "../web/contents.js";
import { packed, pageContents } from "./page-contents.js";
import { pageSections } from "./page-sections.js";
import { pageStyle } from "./page-style.js";

/** A page as it was written. */
export interface RunPage {
  readonly file: string;
  readonly bytes: number;
  /** Sentences for the user about the run. */
  readonly messages: readonly string[];
}

/**
 * Writes the model of a finished run as one HTML file, which predicts and explains in a browser and asks for nothing. The
 * file is replaced whole.
 * @param outFile default: page.html in the run folder
 * @throws InputError when the folder is not a finished run, the run has modalities that a browser cannot read, or `outFile` is
 *   no HTML file name or cannot be written
 */
export async function writeRunPage(run: string, outFile?: string): Promise<RunPage> {
  await checkRunFolder(run);
  const file = outFile ?? path.join(run, "page.html");
  if (!/\.html?$/i.test(file)) throw new InputError(`${file}: a page is an HTML file; give a name that ends in .html`);
  if (await isFolder(file).catch(() => false))
    throw new InputError(`${file}: is a folder; give the name of an HTML file`);
  await checkOutputFile(file);
  const { contents, undigested } = await pageContents(run);
  const files = await readRun(run);
  const program = await built("page.js");
  const text = page(
    {
      title: files.name,
      subtitle: runSubtitle(files),
      madeFrom: "a run",
      script: await built("loader.js"),
      blocks: [jsonBlock(contents), { id: programPlace, type: "text/plain", text: packed(program) }],
      unpacked: program,
      style: pageStyle,
    },
    await pageSections(files),
  );
  await writeWhole(file, text);
  return {
    file,
    bytes: Buffer.byteLength(text),
    messages: [...undigestedMessages(undigested), ...heldMessages(files)],
  };
}

/** Says where the page carries training rows out of the house. */
function heldMessages(files: RunFiles): string[] {
  return warningsOf(files).flatMap(({ code, text }) =>
    code === "holds-training-rows" ? [`${text}; so does the page`] : [],
  );
}

/** Contents as an element that runs nothing: no tag of theirs can end it. */
function jsonBlock(contents: PageContents): PageBlock {
  const text = JSON.stringify(contents).replaceAll("<", "\\u003c");
  return { id: contentsPlace, type: "application/json", text };
}

/** A part of the program, which the build has made; sources and what is made of them stand as deep. */
async function built(name: string): Promise<string> {
  const folder = fileURLToPath(new URL("../../dist/browser/", import.meta.url));
  const bytes = await readOwnFile(folder, name).catch((error: Error) => {
    throw new RunError(`the program of pages is not there (${error.message}); build pidreg anew: npm run build`);
  });
  return bytes.toString("utf8");
}

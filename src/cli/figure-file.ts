import { extname } from "node:path";
import { InputError } from "../errors.js";
import { checkOutputFile } from "../files/output-file.js";

/** The one format that figures are written in. */
const figureEnding = ".svg";

/**
 * Checks before long work that a figure can be written into a file when it is done.
 * @param inputs files that are read, which a figure must not replace
 * @throws InputError for an ending that promises another format; else as `checkOutputFile`
 */
export async function checkFigureFile(file: string, inputs: readonly string[] = []): Promise<void> {
  const ending = extname(file).toLowerCase();
  // A device such as /dev/stdout has no ending.
  if (ending !== figureEnding && !file.startsWith("/dev/")) {
    const got = ending === "" ? "none" : ending;
    const name = `${ending === "" ? file : file.slice(0, -ending.length)}${figureEnding}`;
    throw new InputError(
      `--figure ${file}: figures are written as SVG, in a file that ends in ${figureEnding}; got ${got}. Say --figure ${name}; browsers ` +
        "show it, and rsvg-convert or inkscape turn it into PNG or PDF.",
    );
  }
  await checkOutputFile(file, inputs);
}

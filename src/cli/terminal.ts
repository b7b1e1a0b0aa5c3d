import { jsonText } from "../files/json.js";
import { printable, shown } from "../shown.js";

/*
 * All that the command line writes goes through here, the bars of progress and `--help` aside: what names, cells and
 * errors of other programs bring along reaches the terminal as escapes.
 */

/** Prints a result, of one or several lines, on stdout. Names in it are to have passed `shown`, or they could add lines. */
export function print(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Prints a result as one line of JSON on stdout. @throws RunError for a number that is not finite */
export function printJson(document: unknown): void {
  process.stdout.write(`${jsonText(document, "the result")}\n`);
}

/** Tells a message of one line on stderr. */
export function tell(text: string, stream: NodeJS.WritableStream = process.stderr): void {
  stream.write(`${shown(text)}\n`);
}

/** Tells finished lines on stderr, such as those of a table; what names bring is to have passed `shown`. */
export function tellLines(text: string, stream: NodeJS.WritableStream = process.stderr): void {
  stream.write(`${printable(text)}\n`);
}

import { constants } from "node:os";
import { InputError, RunError } from "../errors.js";
import { shown } from "../shown.js";

/**
 * The failure of a command of pidreg that did a task.
 * @param code  what it ended with: 2 for input that the user can mend, the name of a signal that ended it
 * @param words what it wrote last, already escaped, whose lines stay lines
 */
export function failureOf(name: string, code: number | string | null, words: string): InputError | RunError {
  const said = lastWords(words);
  const message = `${shown(name)}: ${said === "" ? `its process ended with ${code}` : said}`.split("\n");
  if (code === 2) return new InputError(message);
  return new RunError(message, { exitCode: typeof code === "string" ? signalCode(code) : undefined });
}

/** The code by which a shell tells a signal. */
function signalCode(signal: string): number {
  return 128 + constants.signals[signal as NodeJS.Signals];
}

/** What a failed command said last, without the name of the program. */
function lastWords(text: string): string {
  const at = text.lastIndexOf("pidreg: ");
  return (at < 0 ? text : text.slice(at + "pidreg: ".length)).trim();
}

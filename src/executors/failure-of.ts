import { InputError, RunError } from "../errors.js";
import { shown } from "../shown.js";

/**
 * The failure of a command of pidreg that did a task.
 * @param code  what it ended with: 2 for input that the user can mend
 * @param words what it wrote last, already escaped, whose lines stay lines
 */
export function failureOf(name: string, code: number | string | null, words: string): InputError | RunError {
  const said = lastWords(words);
  const message = `${shown(name)}: ${said === "" ? `its process ended with ${code}` : said}`.split("\n");
  return code === 2 ? new InputError(message) : new RunError(message);
}

/** What a failed command said last, without the name of the program. */
function lastWords(text: string): string {
  const at = text.lastIndexOf("pidreg: ");
  return (at < 0 ? text : text.slice(at + "pidreg: ".length)).trim();
}

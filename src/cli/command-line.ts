import { shellQuoted } from "../shell-quoted.js";

/** The command line of this process as a shell takes it. */
export function commandLine(words: readonly string[] = process.argv.slice(2)): string {
  return ["pidreg", ...words].map(shellQuoted).join(" ");
}

import { shown } from "./shown.js";

/**
 * A word of a command line as a shell takes it: in single quotes unless it is plain; with control and other unshowable
 * characters as `$'..'` (bash, zsh, POSIX 2024), which escapes their bytes.
 */
export function shellQuoted(word: string): string {
  if (/^[\w./=:@%+-]+$/.test(word)) return word;
  if (shown(word) === word) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${Array.from(word, escapedForShell).join("")}'`;
}

function escapedForShell(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  if (shown(character) === character) return character;
  // Three octal digits: unlike \\x, a digit that follows cannot be taken for one of them.
  return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

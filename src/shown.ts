/**
 * What a terminal, a log or a reader must not be given as it is: control characters (with escape sequences), characters
 * that turn the direction of text or take no room, separators of lines, surrogates without a partner, and code points
 * that stand for nothing.
 */
const unshowable = /[\p{C}\p{Zl}\p{Zp}]/gu;

const namedEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text that came from outside (a name, a cell, an argument, an error of another program) as it may stand in a line for
 * people: whatever would steer the terminal, hide, reorder or begin a line is shown as an escape such as `\x1b` or
 * `\u202e`. Doing it again changes nothing.
 */
export function shown(text: string): string {
  return text.replace(unshowable, escaped);
}

/** The same for finished text: line ends and tabs of its own stay. */
export function printable(text: string): string {
  return text.replace(unshowable, (character) =>
    character === "\n" || character === "\t" ? character : escaped(character),
  );
}

function escaped(character: string): string {
  const named = namedEscapes[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) as number;
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`;
}

/**
 * JSON text of the same meaning with these characters as JSON escapes, which JSON itself asks for only where they are
 * below U+0020. Characters between the values stay: there only blanks and line ends can be.
 */
export function escapedJson(json: string): string {
  return json.replace(unshowable, (character) => {
    if (character === "\n" || character === "\t" || character === "\r") return character;
    return Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i), 4)}`).join("");
  });
}

/** The same for YAML text in which they stand in double quotes only. */
export function escapedYaml(yaml: string): string {
  return yaml.replace(unshowable, (character) => {
    if (character === "\n") return character;
    const code = character.codePointAt(0) as number;
    return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** Comma-separated list, blanks trimmed, empty entries dropped; a name that holds a comma stands in double quotes. */
export function splitList(text: string): string[] {
  const parts = text.match(/\s*"[^"]*"\s*(?=,|$)|[^,]+/g) ?? [];
  return parts
    .map((part) => part.trim())
    .map((part) => (/^".*"$/.test(part) ? part.slice(1, -1) : part))
    .filter((part) => part !== "");
}

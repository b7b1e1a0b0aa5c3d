/** What no sentence or table of a report may hold, by name. */
const faults: Readonly<Record<string, RegExp>> = {
  "a negative zero": /(?<![\d.e])[-−]0(?:\.0+)?(?![\d.])/,
  "a value that is none": /\b(?:undefined|NaN|null|Infinity)\b/,
  "one of many": /\b1 (?:rows|trainings|targets|runs|groups|subsets|modalities|values)\b/,
  "a percentage that nobody reads": /\d{4,}(?:\.\d+)? %/,
  "a list without its last word":
    /: [\w*.]+ \d[\d.]*(?: ± \d[\d.]*)?, [\w*.]+ \d+(?:\.\d+)?(?: ± \d+(?:\.\d+)?)?\.(?!\d)/,
  "a full stop too many": /\.\.(?!\.)(?! \d| -| \w)|[:,] ?\.|\( ?\)/,
};

/** Names of the faults of a text, each with the words around it; two ways to write nought per cent are one too. */
export function proseFaults(text: string): string[] {
  const found = Object.entries(faults).flatMap(([name, pattern]) => {
    const at = pattern.exec(text);
    return at === null ? [] : [`${name}: ${text.slice(Math.max(0, at.index - 30), at.index + 40)}`];
  });
  const noughts = /(?<![\d.])0 %/.test(text) && /(?<![\d.])0\.0 %/.test(text);
  return noughts ? [...found, "0 % and 0.0 %"] : found;
}

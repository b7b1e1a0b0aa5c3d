/** How the names of one list could be those of another. */
export interface SpellingDifference {
  /** What they differ by: `zeros in front`, `the prefix "sub-"`. */
  readonly by: readonly string[];
  /** Names of both lists that are the same but for that. */
  readonly pairs: number;
  /** The first of them, as each list spells it. */
  readonly example: readonly [string, string];
}

/** A way in which spellings of one name differ. */
interface Variation {
  readonly words: (mine: readonly string[], theirs: readonly string[]) => string;
  readonly removed: (names: readonly string[]) => readonly string[];
}

const each = (words: string, change: (name: string) => string): Variation => ({
  words: () => words,
  removed: (names) => names.map(change),
});

const ending: Variation = {
  words: (mine, theirs) => affixWords("ending", sharedEnding(mine), sharedEnding(theirs)),
  removed: (names) => {
    const { length } = sharedEnding(names);
    return names.map((name) => name.slice(0, name.length - length));
  },
};

const prefix: Variation = {
  words: (mine, theirs) => affixWords("prefix", sharedPrefix(mine), sharedPrefix(theirs)),
  removed: (names) => {
    const { length } = sharedPrefix(names);
    return names.map((name) => name.slice(length).replaceAll(/(^|_)(?:sub|ses)-/g, "$1"));
  },
};

/** In the order in which they are taken away; later ones see what earlier ones leave. */
const variations: readonly Variation[] = [
  each("the Unicode form of letters", (name) => name.normalize("NFKC")),
  each("blanks", (name) => name.replaceAll(/[\s\ufeff\u200b]+/gu, "")),
  each("upper and lower case", (name) => name.toLowerCase()),
  each('a trailing ".0"', (name) => name.replace(/(\d)[.,]0+$/, "$1")),
  each("the exponent of a number", (name) => (/^\d+(\.\d+)?e\+?\d+$/i.test(name) ? String(Number(name)) : name)),
  ending,
  prefix,
  each('"-", "_" or "." between parts', (name) => name.replaceAll(/[-_.]+/g, "")),
  each("zeros in front", (name) => name.replaceAll(/(^|[^\d.])0+(?=\d)/g, "$1")),
];

/**
 * What the names of one list differ by from those of another, as few causes as give as many pairs; undefined where no
 * name becomes another. A spelling that would stand for two names of its list makes no pair.
 */
export function spellingDifference(mine: readonly string[], theirs: readonly string[]): SpellingDifference | undefined {
  if (mine.length === 0 || theirs.length === 0) return undefined;
  let chosen = [...variations];
  const most = pairsWithout(chosen, mine, theirs).length;
  if (most === 0) return undefined;
  // What is shared by all names could be cut off in many cases: first the causes that say less.
  for (const variation of [prefix, ending, ...variations]) {
    const fewer = chosen.filter((other) => other !== variation);
    if (pairsWithout(fewer, mine, theirs).length >= most) chosen = fewer;
  }
  const pairs = pairsWithout(chosen, mine, theirs);
  const by: string[] = [];
  chosen.forEach((variation, k) => {
    by.push(variation.words(without(chosen.slice(0, k), mine), without(chosen.slice(0, k), theirs)));
  });
  const [i, j] = pairs[0];
  return { by, pairs: pairs.length, example: [mine[i], theirs[j]] };
}

/** `"0009" in a.csv is "9" in b.csv, they differ by zeros in front`; quotes show blanks. */
export function describeDifference(
  { by, example: [one, other] }: SpellingDifference,
  mine: string,
  theirs: string,
): string {
  const causes = by.length === 1 ? by[0] : `${by.slice(0, -1).join(", ")} and ${by[by.length - 1]}`;
  return `"${one}" in ${mine} and "${other}" in ${theirs} differ only by ${causes}`;
}

/** What strange names of a table differ by from those that are known, as the end of a sentence; empty where nothing is seen. */
export function misspelled(strange: readonly string[], known: readonly string[], home: string): string {
  const difference = spellingDifference(strange, known);
  return difference === undefined ? "" : `; ${describeDifference(difference, "the table", home)}: write them alike`;
}

function without(chosen: readonly Variation[], names: readonly string[]): readonly string[] {
  return chosen.reduce((left, variation) => variation.removed(left), names);
}

/** Positions of names that are the same without some variations, and single in their lists. */
function pairsWithout(
  chosen: readonly Variation[],
  mine: readonly string[],
  theirs: readonly string[],
): (readonly [number, number])[] {
  const places = singles(without(chosen, theirs));
  return [...singles(without(chosen, mine))].flatMap(([name, i]) => {
    const j = places.get(name);
    return j === undefined || name === "" ? [] : [[i, j] as const];
  });
}

function singles(names: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  const repeated = new Set<string>();
  names.forEach((name, i) => {
    if (found.has(name)) repeated.add(name);
    else found.set(name, i);
  });
  for (const name of repeated) found.delete(name);
  return found;
}

/** Letters and separators that all names begin with, before their first digit: "sub-", "S". */
function sharedPrefix(names: readonly string[]): string {
  return /^[^\d]*/.exec(sharedStart(names))?.[0] ?? "";
}

/** What all names end with, from a separator on: "_ses-1", ".nii.gz". */
function sharedEnding(names: readonly string[]): string {
  const end = reversed(sharedStart(names.map(reversed)));
  return /[-_.][^-_.\d]*(?:[-_.].*)?$/u.exec(end)?.[0] ?? "";
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}

function sharedStart(names: readonly string[]): string {
  if (names.length < 2) return "";
  let shared = names[0];
  for (const name of names) while (!name.startsWith(shared)) shared = shared.slice(0, -1);
  return shared;
}

/** Without a shared one, what was taken away stands before single names. */
function affixWords(kind: string, mine: string, theirs: string): string {
  const named = [...new Set([mine, theirs])].filter((affix) => affix !== "").map((affix) => `"${affix}"`);
  return `the ${kind} ${named.length === 0 ? '"sub-" or "ses-"' : named.join(" or ")}`;
}

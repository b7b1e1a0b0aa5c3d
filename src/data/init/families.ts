import { modalityNameProblem } from "../../config/data.js";

/** Columns that belong together by their names. */
export interface Family {
  readonly name: string;
  /** A pattern that stands for them, where names share a beginning or an end. */
  readonly pattern?: string;
  readonly columns: readonly string[];
  /** What was seen in the names. */
  readonly why: string;
}

/** More families than this are no modalities. */
const mostFamilies = 12;
const measures =
  /_(thickness|thicknessstd|volume|vol|area|surfarea|grayvol|meancurv|gauscurv|foldind|curvind|suvr|fa|md|ad|rd)$/i;

/**
 * Columns as families: by what FreeSurfer and its like write at the end of names (`*_thickness`, `*_volume`), by what stands
 * in front of a mark (`lh_*`), and by letters in front of a number (`a1 a2 a3`). Columns of no family are left over.
 * @param columns in file order; what is no number joins a family and makes none
 */
export function familiesOf(columns: readonly { readonly name: string; readonly number: boolean }[]): Family[] {
  const names = columns.map(({ name }) => name);
  const numbers = columns.filter(({ number }) => number).map(({ name }) => name);
  const bySuffix = grouped(names, numbers, (name) => measures.exec(name)?.[0], 3).map(([key, own]) =>
    family(key.slice(1), `*${key}`, own, `their names end in ${key}`),
  );
  const taken = (families: readonly Family[]) => new Set(families.flatMap((each) => each.columns));
  const byPrefix = prefixFamilies(names, numbers);
  // One measure of two hemispheres is no two measures.
  if (
    bySuffix.length === 1 &&
    byPrefix.filter(({ columns: own }) => own.some((name) => taken(bySuffix).has(name))).length > 1
  )
    return limited(byPrefix);
  const rest = names.filter((name) => !taken(bySuffix).has(name));
  return limited([...bySuffix, ...prefixFamilies(rest, numbers)]);
}

/** A name that can be that of a modality. */
export function modalityName(text: string, fallback: string): string {
  const plain = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}_-]+/gu, "_")
    .replace(/^[^\p{L}]+|[_-]+$/gu, "")
    .slice(0, 40);
  return modalityNameProblem(plain) === undefined ? plain : fallback;
}

function prefixFamilies(names: readonly string[], numbers: readonly string[]): Family[] {
  const byMark = grouped(names, numbers, (name) => /^[\p{L}][\p{L}\p{N}]*[_.:-](?=.)/u.exec(name)?.[0], 3);
  const marked = new Set(byMark.flatMap(([, own]) => own));
  const others = names.filter((name) => !marked.has(name));
  const byNumber = grouped(others, numbers, (name) => /^([\p{L}]+)\d+$/u.exec(name)?.[1], 2);
  return [
    ...byMark.map(([key, own]) => family(key.slice(0, -1), `${key}*`, own, `their names begin with ${key}`)),
    ...byNumber.map(([key, own]) => family(key, `${key}*`, own, `their names are ${key} with a number`)),
  ];
}

function family(name: string, pattern: string, columns: readonly string[], why: string): Family {
  return { name: modalityName(name, "columns"), pattern, columns, why };
}

function grouped(
  names: readonly string[],
  numbers: readonly string[],
  keyOf: (name: string) => string | undefined,
  fewest: number,
): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = keyOf(name);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const known = new Set(numbers);
  return [...groups].filter(([, own]) => own.filter((name) => known.has(name)).length >= fewest);
}

/** None where there are more than modalities may sensibly be, or where two would bear one name. */
function limited(families: readonly Family[]): Family[] {
  if (families.length > mostFamilies) return [];
  const seen = new Map<string, number>();
  return families.map((each) => {
    const count = (seen.get(each.name) ?? 0) + 1;
    seen.set(each.name, count);
    return count === 1 ? each : { ...each, name: `${each.name}-${count}` };
  });
}

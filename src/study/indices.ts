import { InputError } from "../errors.js";

/**
 * The places of trainings that a list names: `3`, `0-3`, `0,4,6-8`.
 * @param count trainings that there are
 * @returns each once, in the order of the list
 * @throws InputError for what is no such list, or names a training that there is not
 */
export function parseIndices(text: string, count: number): number[] {
  const indices = text.split(",").flatMap((entry) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(entry.trim()) ?? [];
    if (first === undefined)
      throw new InputError(`--index ${text}: expected numbers or ranges, as 3 or 0-3 or 0,4,6-8`);
    const [from, to] = [Number(first), Number(last)];
    if (from > to) throw new InputError(`--index ${text}: the range ${first}-${last} ends before it begins`);
    checkIndex(to, count);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(indices)];
}

/** @throws InputError naming the trainings that there are */
export function checkIndex(index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  const there = count === 1 ? "one training, 0" : `${count} trainings, 0 to ${count - 1}`;
  throw new InputError(`--index ${index}: there is no such training; the study has ${there}`);
}

/** Ascending indices as such a list: 0-3,6. */
export function indicesText(indices: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const index of indices) {
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

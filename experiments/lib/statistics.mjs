/* Small statistics and tables for the studies' summaries. */

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation; null for fewer than two values. */
export function deviation(values) {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** "mean ± sd", with an explicit sign on request. */
export function spread(values, { digits = 3, signed = false } = {}) {
  const centre = mean(values);
  const sd = deviation(values);
  const text = `${signed && centre >= 0 ? "+" : ""}${centre.toFixed(digits)}`;
  return sd === null ? text : `${text} ± ${sd.toFixed(digits)}`;
}

/** Groups by what `key` returns, in order of first appearance. */
export function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return groups;
}

/** A Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Replaces what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a text. */
export function fillSection(text, name, content) {
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the text has no section ${name}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

/** Relative change in per cent of the test RMSE of `results` to that of `none` on the same seeds, as `spread` writes it. */
export function pairedChange(results, none) {
  const reference = (seed) => none.find((result) => result.seed === seed);
  const change = results
    .filter(({ seed }) => reference(seed) !== undefined)
    .map(({ seed, test }) => 100 * (test.rmse / reference(seed).test.rmse - 1));
  return change.length === 0 ? "" : `${spread(change, { signed: true, digits: 1 })} %`;
}

import { InputError } from "../errors.js";

/**
 * Rows of comma-separated text (RFC 4180: quoted fields, doubled quotes, line breaks inside quotes), header first.
 * @param label file name for the messages
 * @throws InputError naming the line for an open quote, or a row whose number of fields differs from the header's
 */
export function parseCsv(text: string, label: string): { header: string[]; rows: string[][] } {
  const records: string[][] = [];
  const lines: number[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const fields: string[] = [];
    for (;;) {
      const field = text[at] === '"' ? quoted(text, at, label, line) : plain(text, at);
      line += field.lineBreaks;
      fields.push(field.value);
      at = field.end + 1;
      if (text[field.end] !== ",") break;
    }
    if (text[at - 1] === "\r") at++;
    line++;
    records.push(fields);
    lines.push(start);
  }
  const [header, ...rows] = records;
  if (header === undefined) throw new InputError(`${label}: the file is empty; expected a header line`);
  rows.forEach((row, i) => {
    if (row.length === header.length) return;
    throw new InputError(`${label}, line ${lines[i + 1]}: ${row.length} fields, the header has ${header.length}`);
  });
  return { header, rows };
}

interface Field {
  readonly value: string;
  /** Index of the delimiter after the field, or the length of the text. */
  readonly end: number;
  readonly lineBreaks: number;
}

function plain(text: string, start: number): Field {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r") end++;
  return { value: text.slice(start, end), end, lineBreaks: 0 };
}

function quoted(text: string, start: number, label: string, line: number): Field {
  let close = text.indexOf('"', start + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  const after = text[close + 1];
  if (close === -1 || (after !== undefined && !",\n\r".includes(after))) {
    throw new InputError(`${label}, line ${line}: a quoted field is not closed`);
  }
  const value = text.slice(start + 1, close).replaceAll('""', '"');
  return { value, end: close + 1, lineBreaks: value.split("\n").length - 1 };
}

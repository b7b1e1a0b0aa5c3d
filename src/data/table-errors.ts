/** A value that is not a number where one was expected. `row` counts from 1, without the header. */
export interface BadValue {
  readonly row: number;
  readonly column: string;
  readonly value: string;
}

/** The sentence about a value that is not a number. */
export function badValueProblem(label: string, { row, column, value }: BadValue): string {
  const comma = /^\s*[+-]?\d+,\d+\s*$/.test(value) ? " Decimal commas are not read: write decimal points." : "";
  return (
    `${label}: row ${row} (header not counted), column "${column}": expected a number, got "${shortened(value)}".${comma} ` +
    "Correct the value, leave it empty if it is missing, or leave the column out."
  );
}

/** One clear sentence for a failed read: DuckDB's own message lists options that pidreg's users do not have. */
export function readProblem(label: string, error: unknown): string {
  const text = (error as Error).message;
  const json = /Malformed JSON in file .*?: ([^:]*?)\.?\s*$/m.exec(text);
  if (/not a GZIP stream/i.test(text)) return `${label}: other bytes follow the gzip data; compress the file again.`;
  if (/byte order mark/.test(text)) return `${label}: begins with a byte order mark; save it as UTF-8 without one.`;
  if (/maximum_object_size/.test(text)) return `${label}: holds a JSON object of more than 16 MB; is this a table?`;
  if (json !== null) return `${label}: not valid JSON: ${json[1].trim()}.`;
  return `${label}: cannot be read as a table: ${text.split("\n")[0].replace(/^[A-Za-z ]*Error: /, "")}`;
}

/** A text of the file, short enough for a message. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

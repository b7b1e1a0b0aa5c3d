import type { Dialect } from "../config/dialect.js";
import type { MissingMarks } from "../data/missing/missing-marks.js";
import { readCsvHeader } from "../data/table/csv-header.js";
import type { TableSource } from "../data/table/table-source.js";
import { openText } from "../data/table/text-reader.js";
import type { TextSource } from "../data/table/text-source.js";
import type { GivenFiles } from "./files/given-files.js";
import type { Pace } from "./pace.js";

/** A table as text, and how it is written. */
export interface GivenText {
  readonly text: string;
  /** What messages call it: the name of a file. */
  readonly label: string;
  /** Files that its rows name, and arrays that its rows lie in. */
  readonly files?: GivenFiles | undefined;
}

/** Most bytes that are read at a time. */
const mostBytes = 1 << 16;

/**
 * Opens a CSV or TSV table that is in memory, by the reader of files.
 * @throws InputError as `readCsvHeader`
 */
export async function openTextTable(
  given: GivenText,
  { dialect, marks, pace }: { readonly dialect: Dialect; readonly marks: MissingMarks; readonly pace: Pace },
): Promise<TableSource> {
  const source = textSource(given, pace);
  return openText(source, await readCsvHeader(source, dialect), dialect, marks);
}

function textSource({ text, label }: GivenText, pace: Pace): TextSource {
  const bytes = Buffer.from(text.startsWith("\ufeff") ? text.slice(1) : text);
  return {
    label,
    kind: /\.(?:tsv|tab)$/i.test(label) ? "tsv" : "csv",
    bytes: async function* (chunkSize = mostBytes) {
      const size = Math.min(chunkSize, mostBytes);
      for (let at = 0; at < bytes.length; at += size) {
        await pace();
        yield bytes.subarray(at, at + size);
      }
    },
    refuseChanged: async () => undefined,
  };
}

import { namedArrays } from "../run/apply/array-files.js";
import { shown } from "../shown.js";
import { compareOnTable } from "../study/external/compare-on-table.js";
import { externalText } from "../study/external/external-text.js";
import { writeExternal } from "../study/external/write-external.js";
import { decodingTold } from "./decoding-lines.js";
import { dialectOf } from "./dialect-of.js";
import type { DialectArguments } from "./dialect-options.js";
import { engineNamed } from "./engine-option.js";
import { studyText } from "./study-text.js";
import { print, printJson, tell } from "./terminal.js";

/** What `compare --data` is asked for. */
export interface OnTableCommand {
  readonly data: readonly string[];
  readonly array: readonly string[];
  readonly group: string | undefined;
  readonly engine: string | undefined;
  readonly written: DialectArguments;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** Prints what trained models are worth on another table, and writes their report where that is asked for. */
export async function printOnTable(folders: readonly string[], asked: OnTableCommand): Promise<void> {
  const { data, array, group, engine = "auto", written, out, json } = asked;
  const found = await compareOnTable(folders, {
    ...{ data, group, arrays: namedArrays([...array]), dialect: dialectOf(written) },
    ...{ engine: engineNamed(engine), progress: decodingTold(tell) },
  });
  for (const message of found.messages) tell(message);
  const report = out === undefined ? null : await writeExternal(found, out);
  if (json) {
    printJson({ ...found, ...(report === null ? {} : { report: report.file }) });
    return;
  }
  print(studyText(externalText(found)));
  if (report !== null) print(`\nreport  ${shown(report.file)}`);
}

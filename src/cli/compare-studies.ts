import { InputError } from "../errors.js";
import { checkRunFolder } from "../record/check-run-folder.js";
import { shown } from "../shown.js";
import { compareStudies, isStudy } from "../study/compare/compare-studies.js";
import { studiesJson, studiesText, writeStudies } from "../study/compare/compared-studies.js";
import { studyText } from "./study-text.js";
import { print, printJson } from "./terminal.js";

/** Whether the folders are studies. @throws InputError where some are and others are not, or one is no folder */
export async function areStudies(folders: readonly string[]): Promise<boolean> {
  const found = await Promise.all(folders.map(isStudy));
  const others = folders.filter((_, i) => !found[i]);
  for (const other of others) await checkRunFolder(other, "a run folder or a study folder, such as runs/NAME");
  if (found.every((each) => each === found[0])) return found[0];
  const [study, run] = [folders[found.indexOf(true)], others[0]];
  throw new InputError(
    `${study}: is a study, and ${run} is none; give study folders, or runs (those of a study are in its folder runs)`,
  );
}

/** Prints cross-validations fold by fold, and writes their report where that is asked for. */
export async function printStudies(
  folders: readonly string[],
  { out, json }: { readonly out: string | undefined; readonly json: boolean },
): Promise<void> {
  const compared = await compareStudies(folders);
  const written = out === undefined ? null : await writeStudies(compared, out);
  if (json) {
    printJson({ ...studiesJson(compared), ...(written === null ? {} : { report: written.file }) });
    return;
  }
  print(studyText(studiesText(compared)));
  if (written !== null) print(`\nreport  ${shown(written.file)}`);
}

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { tablesOf } from "../../config/dialect.js";
import { nearest } from "../../config/nearest.js";
import { InputError } from "../../errors.js";
import { givenFile, placeNames, type Section } from "./given-files.js";

/**
 * Refuses new tables `NAME=FILE` whose name is none of those that may stand there, and `FILE=NAME`; a file whose own name
 * holds "=" is meant where there is one.
 * @throws InputError that lists the names
 */
export function refuseStrangeNames(data: Section, given: readonly string[]): void {
  const names = placeNames(data);
  for (const each of given) {
    const at = each.indexOf("=");
    if (at < 0 || existsSync(each)) continue;
    const { name, file } = givenFile(each, names);
    if (name !== undefined && existsSync(file)) continue;
    const [front, behind] = name === undefined ? [each.slice(0, at), each.slice(at + 1)] : [name, file];
    if (names.includes(behind) && existsSync(front)) {
      throw new InputError(
        `--data ${each}: the name stands in front of the file: --data ${behind}=${front}. ${namesThere(data)}`,
      );
    }
    if (name !== undefined) continue;
    const close = nearest(front, names);
    throw new InputError(
      `--data ${each}: there is no such file, and "${front}" is no modality of the model` +
        `${close === undefined ? "." : `; did you mean "${close}"?`} ${namesThere(data)}`,
    );
  }
}

/** What may stand in front of a file, as a sentence. */
function namesThere(data: Section): string {
  const modalities = Object.keys(data.modalities).join(", ");
  const tables = tablesOf(data).map(({ file }) => basename(file));
  return `Names in front of "=" are modalities (${modalities}) or tables of the training (${tables.join(", ")}).`;
}

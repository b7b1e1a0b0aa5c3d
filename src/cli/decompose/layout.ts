import { modalityNameProblem } from "../../config/data.js";
import { tooManyModalities } from "../../config/limits.js";
import { requireColumn, resolveColumns } from "../../data/table/columns.js";
import { InputError } from "../../errors.js";
import { splitList } from "../split-list.js";

/** A modality as the command line names it. */
export interface ModalityRequest {
  readonly name: string;
  readonly patterns: readonly string[];
}

/** Columns of a table that take part in a decomposition. */
export interface TableLayout {
  readonly targets: readonly string[];
  readonly modalities: readonly { readonly name: string; readonly columns: readonly string[] }[];
  /** Columns of modalities that hold categories; none if left out. */
  readonly categories?: readonly string[];
  readonly by?: string;
  /** Column whose values say which rows depend on one another. */
  readonly group?: string;
}

/**
 * Reads `--modality NAME=COLS` values.
 * @param fewest modalities that are needed
 * @throws InputError for a missing name or columns, a repeated name, too few modalities
 */
export function parseModalities(values: readonly string[], fewest = 2): ModalityRequest[] {
  const requests = values.map((value) => {
    const at = value.indexOf("=");
    if (at < 1) throw new InputError(`--modality "${value}": expected NAME=COLS, for example volumes=left_*,right_*`);
    const name = value.slice(0, at).trim();
    const problem = modalityNameProblem(name);
    if (problem !== undefined) throw new InputError(`--modality "${value}": "${name}" ${problem}`);
    const patterns = splitList(value.slice(at + 1));
    if (patterns.length === 0) throw new InputError(`--modality "${value}": names no columns; write ${name}=COL[,COL]`);
    return { name, patterns };
  });
  const names = new Set<string>();
  for (const { name } of requests) {
    if (names.has(name)) throw new InputError(`--modality ${name}: given twice; put all its columns into one list`);
    names.add(name);
  }
  const many = tooManyModalities(requests.length);
  if (many !== undefined) throw new InputError(`--modality names ${many}`);
  if (requests.length < fewest) {
    const given = requests.length === 0 ? "none" : `only ${requests[0].name}`;
    throw tooFewModalities(fewest, ` (--modality NAME=COLS), got ${given}`);
  }
  return requests;
}

/** Fewest modalities of what is read. */
export function fewestModalities({
  readFor,
  between,
}: {
  readonly readFor?: "mi";
  readonly between?: readonly [string, string];
}): number {
  return readFor === "mi" && between === undefined ? 1 : 2;
}

/**
 * The layout of two modalities alone, without a target.
 * @throws InputError for a name that no modality has
 */
export function layoutBetween(layout: TableLayout, names: readonly [string, string]): TableLayout {
  const modalities = names.map((name) => {
    const found = layout.modalities.find((modality) => modality.name === name);
    if (found !== undefined) return found;
    const all = layout.modalities.map((modality) => modality.name).join(", ");
    throw new InputError(`--between: there is no modality "${name}"; there are ${all}`);
  });
  const categories = layout.categories?.filter((column) => modalities.some(({ columns }) => columns.includes(column)));
  return { ...layout, targets: [], modalities, ...(categories === undefined ? {} : { categories }) };
}

/** What is said of too few modalities. @param where where they are, and which: "the config has a" */
export function tooFewModalities(fewest: number, where: string): InputError {
  const needed = fewest === 1 ? "at least one modality is needed" : "a decomposition needs at least two modalities";
  return new InputError(`${needed}${where}`);
}

/**
 * Finds the columns of targets, modalities and group in a table.
 * @param available column names of the table
 * @param label     file name for messages
 * @throws InputError that lists what exists; also when a column would be used twice
 */
export function layOutTable(
  available: readonly string[],
  label: string,
  request: {
    readonly targets: readonly string[];
    readonly modalities: readonly ModalityRequest[];
    readonly categories?: readonly string[];
    readonly by?: string;
    readonly group?: string;
    /** Whether there may be no target. */
    readonly untargeted?: boolean;
  },
): TableLayout {
  if (request.targets.length === 0 && request.untargeted !== true)
    throw new InputError("--target names no column; write --target COL[,COL]");
  const targets = request.targets.map((name) => requireColumn(name, available, `--target (${label})`));
  if (new Set(targets).size < targets.length) throw new InputError("--target names a column twice");
  const by = request.by === undefined ? undefined : requireColumn(request.by, available, `--by (${label})`);
  const modalities = request.modalities.map(({ name, patterns }) => ({
    name,
    columns: resolveColumns(patterns, available, `--modality ${name} (${label})`),
  }));
  const group = request.group === undefined ? undefined : requireColumn(request.group, available, `--group (${label})`);
  refuseSharedColumns({ targets, modalities, by, group });
  const categories = resolveColumns(request.categories ?? [], available, `--category (${label})`);
  const alone = categories.find((column) => !modalities.some(({ columns }) => columns.includes(column)));
  if (alone !== undefined) {
    throw new InputError(`--category ${alone}: is in no modality; name it in --modality too, or leave it out`);
  }
  return { targets, modalities, ...(categories.length === 0 ? {} : { categories }), by, group };
}

function refuseSharedColumns({ targets, modalities, by, group }: TableLayout): void {
  const owner = new Map<string, string>(targets.map((name) => [name, "the target"]));
  if (by !== undefined) {
    if (owner.has(by)) throw new InputError(`--by ${by}: is the target; name another column to group by`);
    owner.set(by, "the group column (--by)");
  }
  if (group !== undefined) {
    const other = owner.get(group);
    if (other !== undefined) {
      throw new InputError(
        `--group ${group}: is ${other}; name the column that says which rows depend on one another: a subject, a site`,
      );
    }
    owner.set(group, "the column of rows that depend on one another (--group)");
  }
  for (const { name, columns } of modalities) {
    for (const column of columns) {
      const other = owner.get(column);
      if (other !== undefined) {
        throw new InputError(
          `column "${column}" is ${other} and cannot belong to modality "${name}" too; ` +
            "take it out of the list or narrow the pattern",
        );
      }
    }
    for (const column of columns) owner.set(column, `part of modality "${name}"`);
  }
}

import { targetNames } from "../../config/data.js";
import type { Config } from "../../config/schema.js";
import type { Dataset, Target } from "../../data/dataset.js";
import { InputError } from "../../errors.js";
import { agree, plural } from "../../report/text.js";
import { shown } from "../../shown.js";

/** The table of one config of several that are compared on the same folds. */
export interface UsableTable {
  /** Name of the config. */
  readonly label: string;
  readonly config: Pick<Config, "data">;
  readonly dataset: Pick<Dataset, "rows" | "rowIds" | "targets" | "group">;
  /** Rows that may be dealt into folds; all if left out. */
  readonly among?: Int32Array | undefined;
}

/** The rows that all configs can use. */
export interface SharedRows {
  readonly ids: ReadonlySet<string>;
  /** By config the rows that it can use and another cannot. */
  readonly leftOut: readonly number[];
}

/**
 * Rows that all configs can use, by id; the first config says how they are dealt into folds.
 * @throws InputError where configs cannot be compared row by row: other targets, groups or ids, or other values of the target
 */
export function sharedRows(tables: readonly UsableTable[]): SharedRows {
  const [first, ...others] = tables;
  const usable = tables.map(({ dataset, among }) => {
    const rows = among === undefined ? dataset.rowIds : Array.from(among, (row) => dataset.rowIds[row]);
    return new Set(rows);
  });
  for (const other of others) checkKeys(first, other);
  const ids = new Set([...usable[0]].filter((id) => usable.every((own) => own.has(id))));
  if (ids.size === 0) throw new InputError(noneShared(tables));
  for (const other of others) checkValues(first, other, ids);
  return { ids, leftOut: usable.map(({ size }) => size - ids.size) };
}

/** How many rows are in every config; nothing where all are. */
export function sharedMessages(tables: readonly UsableTable[], { ids, leftOut }: SharedRows): string[] {
  if (leftOut.every((count) => count === 0)) return [];
  const each = tables.map(({ label }, i) => `${shown(label)} ${leftOut[i]}`);
  return [
    `${plural(ids.size, "row")} can be used by every config and ${agree(ids.size, "is", "are")} dealt into folds; left out: ${each.join(", ")}`,
  ];
}

/** What the folds do not follow of the other configs; nothing where they say the same. */
export function splitMessages([first, ...others]: readonly UsableTable[]): string[] {
  const said = ({ config }: UsableTable) => {
    const { file: _file, ...split } = config.data.split;
    return JSON.stringify(split);
  };
  const other = others.find((table) => said(table) !== said(first));
  if (other === undefined) return [];
  return [
    `folds and validation parts are dealt as ${shown(first.label)} says; data.split of ${shown(other.label)} says otherwise`,
  ];
}

function checkKeys(first: UsableTable, other: UsableTable): void {
  const [a, b] = [first.label, other.label].map(shown);
  const [targets, theirs] = [first, other].map(({ config }) => targetNames(config.data).join(", "));
  if (targets !== theirs) {
    throw new InputError(
      `data.target: ${b} predicts ${shown(theirs)}, ${a} ${shown(targets)}; configs are compared when they predict the same ` +
        "targets in the same order",
    );
  }
  const classes = ({ dataset }: UsableTable) => JSON.stringify(dataset.targets.map((target) => target.classes ?? null));
  if (classes(first) !== classes(other)) {
    throw new InputError(
      `data.target: ${shown(targets)} is of other classes, or of classes in one config only, in ${a} and ${b}; give both the same kind`,
    );
  }
  const [group, their] = [first, other].map(({ config }) => config.data.group);
  if (group === their) return;
  const named = (column: string | undefined) => (column === undefined ? "none" : `"${shown(column)}"`);
  throw new InputError(
    `data.group: ${named(their)} in ${b}, ${named(group)} in ${a}; rows of one group must stay together in both: name the same column`,
  );
}

function noneShared(tables: readonly UsableTable[]): string {
  const some = tables.map(({ label, dataset, config }) => {
    const column = config.data.id ?? config.data.join;
    const named = column === undefined ? "row numbers" : `${column}`;
    const examples = dataset.rowIds.slice(0, 3).map((id) => `"${shown(id)}"`);
    return `${shown(label)} has ${examples.join(", ")} (${shown(named)})`;
  });
  return `data.id: no row id is in every config: ${some.join("; ")}. Name the column by which rows are the same in both`;
}

/** The values that rows of one id must share. */
function checkValues(first: UsableTable, other: UsableTable, ids: ReadonlySet<string>): void {
  const places = new Map(other.dataset.rowIds.map((id, row) => [id, row]));
  const [a, b] = [first.label, other.label].map(shown);
  first.dataset.rowIds.forEach((id, row) => {
    const at = places.get(id);
    if (at === undefined || !ids.has(id)) return;
    first.dataset.targets.forEach((target, t) => {
      const own = other.dataset.targets[t];
      if (isSame(target.values[row], own.values[at])) return;
      throw new InputError(
        `row "${shown(id)}" has ${shown(target.name)} ${shown(valueText(own, at))} in ${b} and ${shown(valueText(target, row))} in ${a}: ` +
          "rows of one id are not the same; give both configs the data.id by which they are",
      );
    });
    const [group, their] = [first.dataset.group?.[row], other.dataset.group?.[at]];
    if (group === their) return;
    throw new InputError(
      `row "${shown(id)}" is of group "${shown(their ?? "")}" in ${b} and of "${shown(group ?? "")}" in ${a}; groups of data.group ` +
        "must be the same in both",
    );
  });
}

/** Tables of one study may have been written with other digits. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a));
}

function valueText({ values, classes }: Target, row: number): string {
  return classes === undefined ? `${values[row]}` : `"${classes[values[row]]}"`;
}

import { InputError } from "../../errors.js";
import type { PastColumn, PlannedBeside } from "./needed-columns.js";
import type { PlannedFeatures } from "./plan-features.js";
import type { JoinPlan, PlannedColumn, PlannedKey } from "./planned-columns.js";

/** What a column is for, where it is no feature, by `source:column`. */
export type ReservedColumns = Map<string, string>;

const placeOf = ({ source, column }: PlannedColumn) => `${source}:${column}`;
const asTarget = "a target";

interface RolesOfTable {
  readonly targets: readonly (PlannedColumn | undefined)[];
  readonly split: PlannedColumn | undefined;
  readonly id: PlannedKey | undefined;
  readonly join: JoinPlan | undefined;
  readonly beside: readonly PlannedBeside[];
}

/** Columns that no modality may hold, with the reason. */
export function reservedColumns({ targets, split, id, join, beside }: RolesOfTable): ReservedColumns {
  const reserved: ReservedColumns = new Map();
  const reserve = (place: PlannedColumn | undefined, role: string) => {
    if (place !== undefined) reserved.set(placeOf(place), role);
  };
  join?.columns.forEach((columns, source) => {
    for (const column of columns) reserve({ source, column }, "the join key");
  });
  for (const column of id?.columns ?? []) reserve({ source: id?.source as number, column }, "the row id");
  reserve(split, "the split column");
  for (const target of targets) reserve(target, asTarget);
  for (const { name, source, needs } of beside) {
    for (const { key, columns } of needs.filter(({ role }) => role === "place")) {
      for (const column of columns) reserve({ source, column }, `the ${key} of modality "${name}"`);
    }
  }
  return reserved;
}

/** @throws InputError for a column that has another role, or belongs to two modalities */
export function refuseOverlaps(modalities: readonly PlannedFeatures[], reserved: ReservedColumns): void {
  const owner = new Map<string, string>();
  for (const { name, source, columns } of modalities) {
    for (const column of columns) {
      const place = placeOf({ source, column });
      const role = reserved.get(place);
      if (role !== undefined) throw noFeature(name, column, role, "`columns`, or name it in `exclude`");
      const other = owner.get(place);
      if (other !== undefined) throw ofTwo(column, other, name);
      owner.set(place, name);
    }
  }
}

interface RolesOfRows {
  readonly reserved: ReservedColumns;
  readonly modalities: readonly PlannedFeatures[];
  /** Whether targets are classes. */
  readonly classes: boolean;
}

/**
 * The past of a column is other numbers than those of the row: another modality may hold these, and the target's past may be
 * asked for by its whole name. A glob does not reach it by chance.
 * @throws InputError for a column that is no number, has another role, or whose past belongs to two modalities
 */
export function refusePast(past: readonly PastColumn[], { reserved, modalities, classes }: RolesOfRows): void {
  const owner = new Map<string, string>();
  for (const { modality, source, column, written } of past) {
    const place = placeOf({ source, column });
    const role = reserved.get(place);
    const ofTarget = role === asTarget;
    if (ofTarget && !written) {
      throw new InputError(
        `data.modalities.${modality}: column "${column}" is ${role}; name it in \`columns\` by itself if its past will be known where ` +
          "rows are predicted, or write the others in a way that leaves it out.",
      );
    }
    if (role !== undefined && (!ofTarget || classes)) throw noFeature(modality, column, role, "`columns`");
    const words = modalities.find(
      (each) =>
        each.source === source &&
        (each.categories?.includes(column) || each.dates?.some((date) => date.column === column)),
    );
    if (words !== undefined) {
      throw new InputError(
        `data.modalities.${modality}: column "${column}" is a category or a date of ${words.name}; windows are of numbers.`,
      );
    }
    const other = owner.get(place);
    if (other !== undefined) throw ofTwo(column, other, modality);
    owner.set(place, modality);
  }
}

/** @param from what it is taken out of */
function noFeature(modality: string, column: string, role: string, from: string): InputError {
  return new InputError(
    `data.modalities.${modality}: column "${column}" is ${role} and cannot be a feature; take it out of ${from}.`,
  );
}

function ofTwo(column: string, first: string, second: string): InputError {
  return new InputError(
    `data.modalities: column "${column}" belongs to both ${first} and ${second}; a column belongs to one modality, ` +
      "otherwise what the two share would be counted as knowledge of each.",
  );
}

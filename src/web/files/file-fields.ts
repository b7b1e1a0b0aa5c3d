import type { DataConfig } from "../../config/data.js";
import { arrayPlace } from "../../config/modalities/array-place.js";
import { besideModalities, type KindName, kindName, type ModalityConfig } from "../../config/modalities/kinds.js";
import type { StoredModel } from "../../record/stored-model.js";
import { withoutDialect } from "../features.js";

/** Files that a modality is read from, as the form of one row asks for them. */
export interface FileField {
  readonly modality: string;
  readonly kind: KindName;
  /** Columns of the table that name the files of a row; none where one array holds all rows. */
  readonly columns: readonly string[];
  /** Name of the array for all rows in training; null where rows name their files. */
  readonly array: string | null;
  /** Endings of files that are read. */
  readonly accept: string;
}

const endings = {
  table: "",
  array: ".npy,.npz,.gz",
  image: ".png,.jpg,.jpeg,.webp",
  sequence: ".npy,.wav",
  volume: ".nii,.gz,.npy",
} as const satisfies Record<KindName, string>;

/** The files that the modalities of a model are read from. */
export function fileFieldsOf({ config }: Pick<StoredModel, "config">): FileField[] {
  return besideModalities(config.data.modalities).flatMap(([modality, own, { rowFiles, place }]): FileField[] => {
    const kind = kindName(own);
    if (place !== undefined)
      return [{ modality, kind, columns: [], array: arrayPlace(place).file, accept: endings.array }];
    return rowFiles
      ? [{ modality, kind, columns: pathColumns(modality, own), array: null, accept: endings[kind] }]
      : [];
  });
}

/** Modalities that are windows of a long table: a single row has none. */
export function windowsOf({ config }: Pick<StoredModel, "config">): string[] {
  return besideModalities(config.data.modalities).flatMap(([modality, , { rowFiles, place }]) =>
    place === undefined && !rowFiles ? [modality] : [],
  );
}

/** Columns that tables must hold beside the features: paths, places, and what windows are made of. */
export function columnsBeside({ config }: Pick<StoredModel, "config">): string[] {
  const needs = besideModalities(config.data.modalities).flatMap(([, , beside]) => beside.needs);
  return [...new Set(needs.flatMap(({ columns }) => columns))];
}

/** Columns of numbers that say where a row lies in an array, and how long it is. */
export function placeColumns({ config }: Pick<StoredModel, "config">): string[] {
  const needs = besideModalities(config.data.modalities).flatMap(([, , beside]) => beside.needs);
  return needs.flatMap(({ columns, type, role }) => (type === "number" && role === "place" ? columns : []));
}

function pathColumns(modality: string, own: ModalityConfig): string[] {
  const path = "path" in own ? own.path : undefined;
  return path === undefined ? [pathColumn(modality)] : [path].flat();
}

/** The column of a table that the page writes for files that a table of the reader does not name by one column. */
function pathColumn(modality: string): string {
  return `file of ${modality}`;
}

/** Columns that a table of one row has beside its features: of files, of windows, of places in arrays. */
export function plainColumns(stored: Pick<StoredModel, "config">): string[] {
  return [
    ...fileFieldsOf(stored).flatMap(({ columns }) => columns),
    ...windowsOf(stored).map(pathColumn),
    ...placeColumns(stored),
  ];
}

/**
 * A data section for a table of one row that the page wrote itself: nothing is said of how it is written, files are named by
 * columns, whatever patterns the training had, and so are windows, which such a row has none of.
 */
export function plainData(data: DataConfig): DataConfig {
  const named = Object.entries(data.modalities).map(([name, own]): [string, ModalityConfig] => {
    const path = [pathColumn(name)];
    if ("window" in own && own.columns !== undefined)
      return [name, { ...own, path, columns: undefined, window: undefined, orderBy: undefined, within: undefined }];
    return "pattern" in own && own.pattern !== undefined ? [name, { ...own, pattern: undefined, path }] : [name, own];
  });
  return { ...withoutDialect(data), modalities: Object.fromEntries(named) };
}

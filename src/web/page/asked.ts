import type { StoredModel } from "../../record/stored-model.js";
import { type Feature, featuresOf } from "../features.js";
import {
  columnsBeside,
  type FileField,
  fileFieldsOf,
  placeColumns,
  plainColumns,
  windowsOf,
} from "../files/file-fields.js";
import type { GivenText } from "../text-table.js";

/** Rows as the reader gives them. */
export interface GivenRows extends GivenText {
  /** Whether the form wrote them. */
  readonly plain: boolean;
}

/** What the models of a page ask of rows. */
export interface Asked {
  readonly features: readonly Feature[];
  readonly files: readonly FileField[];
  /** Modalities that are windows of a long table. */
  readonly windows: readonly string[];
  /** Columns that say where a row lies in an array. */
  readonly places: readonly string[];
  /** Columns that a table of one row has beside the features. */
  readonly beside: readonly string[];
  /** Columns that any other table has beside the features. */
  readonly needed: readonly string[];
}

/** What the members of a model, which are of one config, ask of rows. */
export function askedOf(models: readonly StoredModel[]): Asked {
  const [first] = models;
  return {
    features: featuresOf(models),
    files: fileFieldsOf(first),
    windows: windowsOf(first),
    places: placeColumns(first),
    beside: plainColumns(first),
    needed: columnsBeside(first),
  };
}

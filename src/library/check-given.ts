import { InputError } from "../errors.js";
import { shown } from "../shown.js";

const columnKeys = ["values", "columns", "categories"];
const shapeKeys = ["values", "shape", "normalise"];

/**
 * What a caller without types may hand over as rows: named, and told what was expected.
 * @throws InputError
 */
export function checkGiven(given: unknown): asserts given is object {
  if (!isObject(given)) throw new InputError("fit: expected { modalities, target }");
  const { modalities, target, ids, group, order } = given as Record<string, unknown>;
  checkModalities(modalities);
  if (!isObject(target) || isList(target)) throw new InputError("target: expected { NAME: values }");
  for (const [name, values] of Object.entries(target)) checkTarget(`target "${shown(name)}"`, values);
  if (order !== undefined && !isList(order)) {
    throw new InputError(`order: expected a list of dates or numbers, got ${kind(order)}`);
  }
  for (const [key, names] of Object.entries({ ids, group })) {
    if (names !== undefined && !isList(names))
      throw new InputError(`${key}: expected a list of texts, got ${kind(names)}`);
  }
}

function checkTarget(label: string, given: unknown): void {
  if (isList(given)) return;
  if (!isObject(given)) {
    throw new InputError(`${label}: expected a list of numbers or of classes, or { values, kind }, got ${kind(given)}`);
  }
  const strange = Object.keys(given).find((key) => key !== "values" && key !== "kind");
  if (strange !== undefined) throw new InputError(`${label}: unknown key "${strange}"; there is values, kind`);
  const { values, kind: of } = given as Record<string, unknown>;
  if (!isList(values)) throw new InputError(`${label}: values: expected a list, got ${kind(values)}`);
  if (of !== "number" && of !== "class") {
    throw new InputError(`${label}: kind: expected "number" or "class", got ${JSON.stringify(of)}`);
  }
}

/** Rows by the name of their modality. @throws InputError */
export function checkModalities(modalities: unknown): void {
  if (!isObject(modalities) || isList(modalities)) {
    throw new InputError("modalities: expected { NAME: rows }, or { NAME: { values, columns } } or { values, shape }");
  }
  for (const [name, given] of Object.entries(modalities)) checkModality(`modality "${shown(name)}"`, given);
}

function checkModality(label: string, given: unknown): void {
  if (Array.isArray(given)) return;
  if (!isObject(given) || isList(given)) {
    const flat = ArrayBuffer.isView(given) ? "; one flat array goes with columns or a shape: { values, columns }" : "";
    throw new InputError(
      `${label}: expected rows, { values, columns } or { values, shape }, got ${kind(given)}${flat}`,
    );
  }
  const known = "shape" in given ? shapeKeys : columnKeys;
  const strange = Object.keys(given).find((key) => !known.includes(key));
  if (strange !== undefined) {
    throw new InputError(`${label}: unknown key "${strange}"; there is ${known.join(", ")}, and rows alone`);
  }
  const { values, columns, shape, categories } = given as Record<string, unknown>;
  if (categories !== undefined) checkCategories(label, categories);
  const alone = categories !== undefined && values === undefined && columns === undefined;
  if (!alone && !isList(values))
    throw new InputError(`${label}: values: expected rows or one flat array, got ${kind(values)}`);
  if (shape !== undefined && !isList(shape))
    throw new InputError(`${label}: shape: expected [28, 28], got ${kind(shape)}`);
  if (columns === undefined) return;
  if (!isList(columns)) throw new InputError(`${label}: columns: expected a list of names, got ${kind(columns)}`);
  const unnamed = Array.from(columns).findIndex((column) => typeof column !== "string" || column.trim() === "");
  if (unnamed >= 0) throw new InputError(`${label}: columns: the name at place ${unnamed + 1} is empty or no text`);
}

function checkCategories(label: string, categories: unknown): void {
  if (!isObject(categories) || isList(categories) || Object.keys(categories).length === 0) {
    throw new InputError(`${label}: categories: expected { NAME: values }, got ${kind(categories)}`);
  }
  for (const [name, values] of Object.entries(categories)) {
    if (!isList(values))
      throw new InputError(`${label}: category "${shown(name)}": expected a list, got ${kind(values)}`);
  }
}

/** Columns of one table have one owner: a saved model finds them by name. @throws InputError */
export function checkOwners(
  modalities: readonly { readonly name: string; readonly columns: readonly string[] }[],
  targets: readonly string[],
) {
  const owners = new Map(targets.map((name) => [name, "the target"]));
  for (const { name, columns } of modalities) {
    for (const column of columns) {
      const other = owners.get(column);
      if (other !== undefined) {
        throw new InputError(
          `column "${column}" belongs to both ${other} and modality "${name}"; give one another name`,
        );
      }
      owners.set(column, `modality "${name}"`);
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function kind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? value.constructor?.name || "an object" : `a ${typeof value}`;
}

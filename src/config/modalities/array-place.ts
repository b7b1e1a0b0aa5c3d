import type { Beside, NeededColumns } from "./beside.js";

/** The key of a modality that names an array. */
export const arrayKey = "array";

/** What `array` names: a file, and in an .npz which of its arrays. */
export function arrayPlace(array: string): { readonly file: string; readonly member?: string } {
  const found = /^(.*\.npz)#(.+)$/is.exec(array);
  return found === null ? { file: array } : { file: found[1], member: found[2] };
}

/** The same array in a file of another name. @param rename the file's name -> its new name */
export function withArrayFile(array: string, rename: (file: string) => string): string {
  const { file, member } = arrayPlace(array);
  return member === undefined ? rename(file) : `${rename(file)}#${member}`;
}

/** The column of the table that counts the rows of an array. */
export function indexColumn(index: string | undefined): NeededColumns[] {
  return index === undefined ? [] : [{ key: "index", columns: [index], type: "number", role: "place" }];
}

/** Rows of one array for all rows of the table, under the keys `array` and `index`. */
export function besideInArray<C extends { readonly array: string; readonly index?: string | undefined }>(
  config: C,
): Beside<C> {
  const at = (array: string = config.array): C => ({ ...config, array });
  return {
    files: [arrayPlace(config.array).file],
    renamed: (rename) => at(withArrayFile(config.array, rename)),
    needs: indexColumn(config.index),
    rowFiles: false,
    place: config.array,
    at,
  };
}

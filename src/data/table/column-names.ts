import { columnName } from "../../config/column-name.js";
import { InputError } from "../../errors.js";

/**
 * Names of a table's columns from what its file says, in file order; a column without a name is called
 * `column<index>`, 0-based.
 * @throws InputError when two columns bear the same name
 */
export function columnNames(label: string, written: readonly string[]): readonly string[] {
  const names = written.map((text, i) => columnName(text) || `column${i}`);
  const seen = new Map<string, number>();
  names.forEach((name, i) => {
    const before = seen.get(name);
    if (before !== undefined) {
      const alike = written[before] === written[i] ? "" : " (blanks at the ends and the Unicode form do not count)";
      throw new InputError(
        `${label}: columns ${before} and ${i} (counted from 0) are both named "${name}"${alike}; column names must differ.`,
      );
    }
    seen.set(name, i);
  });
  return names;
}

import { InputError } from "../../errors.js";
import { splitList } from "../split-list.js";
import type { DecomposeArguments } from "./options.js";

/** What `--missing-values` lists. @throws InputError for an empty list */
export function missingValues({ "missing-values": list }: DecomposeArguments): string[] {
  if (list === undefined) return [];
  const values = splitList(list);
  if (values.length > 0) return values;
  throw new InputError('--missing-values: names no value; write for example --missing-values=-9999,"?"');
}

/** How the user says that a value means "missing". */
export function remedyOf({ rows }: Pick<DecomposeArguments, "rows">): (value: number) => string {
  return (value) =>
    rows === undefined ? `give --missing-values=${value}` : `add ${value} to data.missingValues of the config`;
}

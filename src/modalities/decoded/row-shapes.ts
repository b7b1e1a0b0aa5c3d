import { InputError } from "../../errors.js";
import type { StoredRow } from "./decode-row.js";
import type { RowFile } from "./recipe.js";

/** @throws InputError for a row that is not of the shape of the first, naming the files of both */
export function refuseOtherShape(
  rows: readonly (readonly RowFile[])[],
  row: number,
  decoded: StoredRow,
  first: StoredRow,
): void {
  if (decoded.shape.join() === first.shape.join()) return;
  const [{ label }] = rows[row];
  const sizes = ({ shape }: StoredRow) => `(${shape.join(", ")})`;
  throw new InputError(
    `${label}: has shape ${sizes(decoded)}, and ${rows[0][0].label} has ${sizes(first)}; say with \`shape\` (volumes) or \`length\` ` +
      "(sequences) what all are brought to, or save them in one shape",
  );
}

import { z } from "zod";
import { columnNameSchema as columnName } from "./column-name.js";

/** What values of a target are. */
export const targetKinds = ["number", "class"] as const;
export type TargetKind = (typeof targetKinds)[number];

/** `data.target`: a column, several columns of numbers, or one column with what its values are. */
export const targetSchema = z.union([
  columnName,
  z.array(columnName).min(1),
  z.strictObject({ column: columnName, kind: z.enum(targetKinds) }),
]);

/** `data.target` as it is resolved. */
export type TargetConfig = z.output<typeof targetSchema>;

interface Targeted {
  readonly target: string | readonly string[] | { readonly column: string; readonly kind: TargetKind };
}

/** Target columns as a list, in the order of the config. */
export function targetNames({ target }: Targeted): string[] {
  if (typeof target === "string") return [target];
  return "column" in target ? [target.column] : [...target];
}

/** What the config says that values of the target are; undefined where it leaves that to the table. */
export function targetKind({ target }: Targeted): TargetKind | undefined {
  return typeof target === "object" && "kind" in target ? target.kind : undefined;
}

import { valuesOf } from "../data/rows.js";
import { storesOf } from "../data/stores.js";
import type { Picture } from "../modalities/kind.js";
import { kindOf } from "../modalities/kinds.js";
import type { PredictedRows } from "./table.js";

/** A row of a modality that is no columns of a table, as it can be looked at. */
export interface RowLook {
  readonly modality: string;
  readonly kind: string;
  readonly shape: readonly number[];
  /** Null where such rows have no picture, or the row lacks the modality. */
  readonly picture: Picture | null;
  /** Why the row lacks the modality; undefined where it has it. */
  readonly lacks: string | undefined;
}

/** Looks at the one row that was predicted. */
export async function looksOf({ ready }: PredictedRows): Promise<RowLook[]> {
  const looks: RowLook[] = [];
  for (const store of storesOf(ready.dataset)) {
    if (store.kind === "table") continue;
    const { name: modality, kind, shape, gaps } = store;
    const width = valuesOf(shape);
    const absent = gaps[0] === width;
    const values = new Float64Array(width);
    if (!absent) await store.read([0], values);
    const picture = absent ? null : kindOf(kind).draw(shape, values);
    looks.push({ modality, kind, shape, picture, lacks: absent ? (store.lacks?.(0) ?? "taken away") : undefined });
  }
  return looks;
}

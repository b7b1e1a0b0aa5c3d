import { frozenOf } from "../../config/modalities/frozen.js";
import type { OpenRequest, RowStore } from "../../data/rows.js";
import { InputError } from "../../errors.js";

/**
 * Rows as they are, in the place of `src/modalities/frozen/encode.ts`: `pidreg page` refuses runs whose rows go through frozen networks.
 * @throws InputError where they do
 */
export async function throughFrozen({ name, config }: OpenRequest, rows: RowStore): Promise<RowStore> {
  if (frozenOf(config) === undefined) return rows;
  throw new InputError(`modality "${name}": its rows go through a frozen network, which browsers do not run here`);
}

import { z } from "zod";
import { InputError } from "../errors.js";
import { type AcquisitionValue, mostAcquired } from "../evaluation/acquisition/value.js";
import type { NamedTensor } from "../files/safetensors.js";
import { type HeadSource, headDocument, headFromJSON, headTensors, headToJSON } from "./stored-head.js";

/** model.json.acquisition: what is expected of modalities that a row lacks. */
export const acquisitionDocument = z.strictObject({
  base: z.array(z.number().min(0)).max(2 ** mostAcquired),
  nothing: z.array(z.number()).min(1),
  rows: z.int().min(1),
  constant: z.array(z.enum(["few-rows", "no-pattern"]).nullable()),
  head: headDocument.nullable(),
});

type StoredAcquisition = z.infer<typeof acquisitionDocument>;

/** The part of model.json. */
export function acquisitionToJSON(value: AcquisitionValue): StoredAcquisition {
  const { base, nothing, rows, constant, head } = value;
  return {
    ...{ base: [...base], nothing: [...nothing], rows, constant: [...constant] },
    head: head && headToJSON(head),
  };
}

/** The part of the weights, names beginning with "acquisition.". */
export function acquisitionTensors(value: AcquisitionValue | null): NamedTensor[] {
  return headTensors("acquisition", value?.head ?? null);
}

/** @param modalities of the model, in its order @throws InputError when its parts do not fit one another or the model */
export function acquisitionFromJSON(
  stored: StoredAcquisition | null,
  modalities: readonly string[],
  source: HeadSource,
): AcquisitionValue | null {
  if (stored === null) return null;
  const { head, ...rest } = stored;
  const outputs = modalities.length + 1;
  const subsets = 2 ** modalities.length;
  const { document } = source;
  if (rest.base.length !== subsets || rest.constant.length !== outputs) {
    throw new InputError(
      `${document}: acquisition: expected ${subsets} subsets and ${outputs} outputs, found ${rest.base.length} and ${rest.constant.length}`,
    );
  }
  if (head === null && rest.constant.includes(null)) {
    throw new InputError(
      `${document}: acquisition: some rows should differ, and there is no head that tells them apart`,
    );
  }
  return { modalities, ...rest, head: head && headFromJSON("acquisition", head, outputs, source) };
}

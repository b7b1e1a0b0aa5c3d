import { z } from "zod";
import { InputError } from "../errors.js";
import type { ConditionalScale } from "../evaluation/conditional-scale.js";
import type { NamedTensor } from "../files/safetensors.js";
import { type HeadSource, headDocument, headFromJSON, headTensors, headToJSON } from "./stored-head.js";

/** model.json.scale: what is not in the weights of a scale by row. */
export const scaleDocument = z.strictObject({
  base: z.array(z.number().gt(0)).min(1),
  constant: z.array(z.enum(["few-rows", "no-pattern"]).nullable()),
  head: headDocument.nullable(),
});

type StoredScale = z.infer<typeof scaleDocument>;

/** The part of model.json. */
export function scaleToJSON({ base, constant, head }: ConditionalScale): StoredScale {
  return { base: [...base], constant: [...constant], head: head && headToJSON(head) };
}

/** The part of the weights, names beginning with "scale.". */
export function scaleTensors(scale: ConditionalScale | null): NamedTensor[] {
  return headTensors("scale", scale?.head ?? null);
}

/** @throws InputError when its parts do not fit one another or the model */
export function scaleFromJSON(
  stored: StoredScale | null,
  { targets }: { readonly targets: number },
  source: HeadSource,
): ConditionalScale | null {
  if (stored === null) return null;
  const { document } = source;
  const { base, constant, head } = stored;
  if (base.length !== targets || constant.length !== targets) {
    throw new InputError(
      `${document}: scale: expected ${targets} targets, found ${base.length} and ${constant.length}`,
    );
  }
  if (head !== null) return { base, constant, head: headFromJSON("scale", head, targets, source) };
  const without = constant.indexOf(null);
  if (without < 0) return { base, constant, head };
  throw new InputError(`${document}: scale: target ${without} should have a scale by row, and there is none`);
}

import { z } from "zod";
import { InputError } from "../errors.js";
import type { ConditionalScale, ScaleLayer } from "../evaluation/conditional-scale.js";
import type { NamedTensor } from "../files/safetensors.js";

const width = z.int().min(1).max(1_000_000);

/** model.json.scale: what is not in the weights of a scale by row. */
export const scaleDocument = z.strictObject({
  base: z.array(z.number().gt(0)).min(1),
  constant: z.array(z.enum(["few-rows", "no-pattern"]).nullable()),
  head: z.strictObject({ inputs: z.enum(["latents", "columns"]), width, hidden: z.array(width).max(16) }).nullable(),
});

type StoredScale = z.infer<typeof scaleDocument>;

/** The part of model.json. */
export function scaleToJSON({ base, constant, head }: ConditionalScale): StoredScale {
  const shape = head && {
    inputs: head.inputs,
    width: head.centres.length,
    hidden: head.layers.slice(0, -1).map(({ bias }) => bias.length),
  };
  return { base: [...base], constant: [...constant], head: shape };
}

/** The part of the weights, names beginning with "scale.". */
export function scaleTensors(scale: ConditionalScale | null): NamedTensor[] {
  if (scale === null || scale.head === null) return [];
  const { centres, spreads, layers } = scale.head;
  const vector = (name: string, values: Float32Array): NamedTensor => ({ name, shape: [values.length], values });
  return [
    vector("scale.centres", centres),
    vector("scale.spreads", spreads),
    ...layers.flatMap(({ weight, bias }, k) => [
      { name: `scale.${k}.weight`, shape: [weight.length / bias.length, bias.length], values: weight },
      vector(`scale.${k}.bias`, bias),
    ]),
  ];
}

/** Where the parts of a stored scale are read from. */
export interface ScaleSource {
  /** Path of the document, for errors. */
  readonly document: string;
  /** A tensor of the weights, checked. */
  readonly vector: (name: string, length: number) => Float32Array;
}

/** @throws InputError when its parts do not fit one another or the model */
export function scaleFromJSON(
  stored: StoredScale | null,
  { targets }: { readonly targets: number },
  { document, vector }: ScaleSource,
): ConditionalScale | null {
  if (stored === null) return null;
  const { base, constant, head } = stored;
  if (base.length !== targets || constant.length !== targets) {
    throw new InputError(
      `${document}: scale: expected ${targets} targets, found ${base.length} and ${constant.length}`,
    );
  }
  if (head === null) {
    const without = constant.indexOf(null);
    if (without < 0) return { base, constant, head };
    throw new InputError(`${document}: scale: target ${without} should have a scale by row, and there is none`);
  }
  const widths = [head.width, ...head.hidden, targets];
  const layers = widths.slice(1).map(
    (outputs, k): ScaleLayer => ({
      weight: vector(`scale.${k}.weight`, widths[k] * outputs),
      bias: vector(`scale.${k}.bias`, outputs),
    }),
  );
  const spreads = vector("scale.spreads", head.width);
  const flat = spreads.findIndex((spread) => !(spread > 0));
  if (flat >= 0)
    throw new InputError(`${document}: scale: spread ${flat} is ${spreads[flat]}, expected a number above 0`);
  return {
    base,
    constant,
    head: { inputs: head.inputs, centres: vector("scale.centres", head.width), spreads, layers },
  };
}

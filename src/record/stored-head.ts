import { z } from "zod";
import { InputError } from "../errors.js";
import type { HeadLayer, RowHead } from "../evaluation/row-head.js";
import type { NamedTensor } from "../files/safetensors.js";

const width = z.int().min(1).max(1_000_000);

/** What is not in the weights of a small network beside the trained one. */
export const headDocument = z.strictObject({
  inputs: z.enum(["latents", "columns"]),
  width,
  hidden: z.array(width).max(16),
});

type StoredHead = z.infer<typeof headDocument>;

/** The part of model.json. */
export function headToJSON({ inputs, centres, layers }: RowHead): StoredHead {
  return { inputs, width: centres.length, hidden: layers.slice(0, -1).map(({ bias }) => bias.length) };
}

/** The part of the weights. @param prefix of the names, as "scale" */
export function headTensors(prefix: string, head: RowHead | null): NamedTensor[] {
  if (head === null) return [];
  const { centres, spreads, layers } = head;
  const vector = (name: string, values: Float32Array): NamedTensor => ({ name, shape: [values.length], values });
  return [
    vector(`${prefix}.centres`, centres),
    vector(`${prefix}.spreads`, spreads),
    ...layers.flatMap(({ weight, bias }, k) => [
      { name: `${prefix}.${k}.weight`, shape: [weight.length / bias.length, bias.length], values: weight },
      vector(`${prefix}.${k}.bias`, bias),
    ]),
  ];
}

/** Where the parts of a stored head are read from. */
export interface HeadSource {
  /** Path of the document, for errors. */
  readonly document: string;
  /** A tensor of the weights, checked. */
  readonly vector: (name: string, length: number) => Float32Array;
}

/** @param prefix as it was written with @throws InputError when its parts do not fit one another */
export function headFromJSON(
  prefix: string,
  { inputs, width, hidden }: StoredHead,
  outputs: number,
  { document, vector }: HeadSource,
): RowHead {
  const widths = [width, ...hidden, outputs];
  const layers = widths.slice(1).map(
    (own, k): HeadLayer => ({
      weight: vector(`${prefix}.${k}.weight`, widths[k] * own),
      bias: vector(`${prefix}.${k}.bias`, own),
    }),
  );
  const spreads = vector(`${prefix}.spreads`, width);
  const flat = spreads.findIndex((spread) => !(spread > 0));
  if (flat >= 0) {
    throw new InputError(`${document}: ${prefix}: spread ${flat} is ${spreads[flat]}, expected a number above 0`);
  }
  return { inputs, centres: vector(`${prefix}.centres`, width), spreads, layers };
}

import { z } from "zod";
import { columnNameSchema as name } from "../../config/column-name.js";
import { ascending, checkStored } from "../prepare/stored.js";
import { TargetTransform } from "./target-transform.js";

const finite = z.number();
const longList = z.array(finite).min(1).max(1_000_000);

const targetRange = { name, min: finite, max: finite };
const normal = z
  .strictObject({
    kind: z.literal("inverse-normal"),
    y: longList,
    z: longList,
    clip: z.boolean(),
    scale: finite.positive(),
    maxTieShare: finite.min(0).max(1),
    varianceBefore: finite.min(0),
  })
  .refine((n) => n.y.length === n.z.length && ascending(n.y, true) && ascending(n.z, true), {
    error: "knots must be two strictly ascending lists of equal length",
  });

const targetSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("standardize"),
    targets: z.array(z.strictObject({ ...targetRange, mean: finite, scale: finite.positive() })).min(1),
  }),
  z.strictObject({
    kind: z.literal("inverse-normal"),
    targets: z.array(z.strictObject({ ...targetRange, normal })).min(1),
  }),
]);

/** A target transform from parsed JSON, every number checked. @throws InputError */
export function targetTransformFromJSON(stored: unknown, where: string): TargetTransform {
  const state = checkStored(targetSchema, stored, where);
  return new TargetTransform(state.kind, state.targets);
}

import { z } from "zod";
import type { PreparedRows, RowStore } from "../../data/rows.js";
import type { FitSettings, PrepareOptions } from "../kind.js";
import { fitShaped, prepareShaped, shapedFields, shapedProblem } from "../shaped/preparation.js";

/** How an array becomes inputs of a network, fitted on the training rows. */
export const arrayPreparationSchema = z
  .strictObject({
    kind: z.literal("array"),
    ...shapedFields,
    /** The frozen network whose outputs the rows are. */
    frozen: z
      .strictObject({
        file: z.string(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        input: z.string().optional(),
        output: z.string().optional(),
      })
      .optional(),
  })
  .superRefine((fitted, context) => {
    const message = shapedProblem(fitted);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

export type ArrayPreparation = Readonly<z.infer<typeof arrayPreparationSchema>>;

/** Most places of a last axis that is taken for channels. */
const mostChannels = 4;

/** Channels of a row: each value of one axis, a short last axis of three or more, else one. */
export function channelsOf(shape: readonly number[]): number {
  const last = shape[shape.length - 1];
  if (shape.length === 1) return last;
  return shape.length >= 3 && last <= mostChannels ? last : 1;
}

/** Moments of the channels over the training rows, NaN left out. @throws InputError when every row is the same */
export async function fitArray(
  store: RowStore,
  trainRows: ArrayLike<number>,
  { config }: FitSettings,
): Promise<ArrayPreparation> {
  if (!("normalise" in config)) throw new RangeError(`modality "${store.name}" is no array`);
  const { normalise } = config;
  const fitted = await fitShaped(store, trainRows, { normalise, channels: channelsOf(store.shape) });
  const { path: _path, ...frozen } = store.origin?.frozen ?? {};
  return { kind: "array", ...fitted, ...("sha256" in frozen ? { frozen } : {}) };
}

/** Rows as the network reads them. */
export function prepareArray(
  fitted: ArrayPreparation,
  store: RowStore,
  options: PrepareOptions,
): Promise<PreparedRows> {
  return prepareShaped(fitted, store, options, { kind: "array", shape: fitted.shape });
}

import type { LossesConfig } from "./losses.js";
import { frozenOf } from "./modalities/frozen.js";
import { isTable, kindName, type ModalityConfig, usualEncoders } from "./modalities/kinds.js";
import { encoderKeys, type ModelConfig } from "./model.js";
import type { TrainingConfig } from "./training.js";

const families = ["mlp", "convolution", "transformer"] as const;

/** Types of an encoder that have the keys of a family. */
const typesOf = { mlp: "mlp", convolution: "conv1d, conv2d or conv3d", transformer: "transformer" } as const;

/** Why rows cannot go through the encoders some at a time; undefined where they can, or need not. */
export function microBatchFault(
  modalities: Readonly<Record<string, ModalityConfig>>,
  { type, modalities: changes, norm }: ModelConfig["encoder"],
  { microBatch }: Pick<TrainingConfig, "microBatch">,
  { balance }: Pick<LossesConfig, "balance">,
): string | undefined {
  if (microBatch === undefined) return undefined;
  if (balance.functionalEntropy.weight > 0)
    return "losses.balance.functionalEntropy encodes the rows of a batch once more, all at once; set one of the two alone";
  const own = Object.entries(modalities).flatMap(([name, modality]) => {
    if (isTable(modality) || frozenOf(modality) !== undefined) return [];
    const asked = changes[name]?.type ?? type;
    const family = asked === "auto" ? usualEncoders[kindName(modality)] : asked;
    return family === "mlp" ? [] : [{ name, transformer: family === "transformer", norm: changes[name]?.norm ?? norm }];
  });
  if (own.length === 0)
    return "no modality has an encoder of convolutions or attention, which alone take rows some at a time";
  const batch = own.find((each) => !each.transformer && each.norm === "batch");
  if (batch === undefined) return undefined;
  return (
    `the encoder of "${batch.name}" normalises over the batch, which some rows at a time are not; set ` +
    `model.encoder.modalities.${batch.name}.norm: group`
  );
}

/** Keys of `model.encoder.modalities` that do not go together, by where they stand. */
export function encoderFaults(
  modalities: Readonly<Record<string, ModalityConfig>>,
  { type, modalities: changes, ...common }: ModelConfig["encoder"],
): { readonly path: string[]; readonly message: string }[] {
  const undivided =
    type === "transformer" && common.width % common.heads !== 0
      ? [{ path: ["heads"], message: `${common.heads} heads do not divide a width of ${common.width}` }]
      : [];
  return undivided.concat(
    Object.entries(changes).flatMap(([name, change]) => {
      const modality = modalities[name];
      if (modality === undefined) return [];
      const table = isTable(modality);
      const fault = (key: string, message: string) => ({ path: ["modalities", name, key], message });
      if (table && !["auto", "mlp"].includes(change.type ?? "auto"))
        return [fault("type", `"${name}" is columns of a table, which have no shape: its encoder is an mlp`)];
      const asked = change.type ?? type;
      const frozen = frozenOf(modality) !== undefined;
      if (frozen && change.type !== "mlp" && change.type !== undefined)
        return [fault("type", `what the frozen network of "${name}" gives is read by an mlp`)];
      const own = frozen ? "mlp" : table || asked === "auto" ? usualEncoders[kindName(modality)] : asked;
      const family = own === "mlp" || own === "transformer" ? own : "convolution";
      const foreign = families.filter((each) => each !== family);
      const faults = foreign.flatMap((other) =>
        encoderKeys[other]
          .filter((key) => change[key] !== undefined)
          .map((key) =>
            fault(
              key,
              `the encoder of "${name}" is a${own === "mlp" ? "n" : ""} ${own}; set type: ${typesOf[other]} beside it`,
            ),
          ),
      );
      const { width, heads } = { width: change.width ?? common.width, heads: change.heads ?? common.heads };
      if (own === "transformer" && width % heads !== 0)
        faults.push(fault("heads", `${heads} heads do not divide a width of ${width}`));
      return faults;
    }),
  );
}

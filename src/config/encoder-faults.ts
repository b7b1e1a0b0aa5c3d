import { frozenOf } from "./modalities/frozen.js";
import { isTable, kindName, type ModalityConfig, usualEncoders } from "./modalities/kinds.js";
import { encoderKeys, type ModelConfig } from "./model.js";

const families = ["mlp", "convolution", "transformer"] as const;

/** Types of an encoder that have the keys of a family. */
const typesOf = { mlp: "mlp", convolution: "conv1d, conv2d or conv3d", transformer: "transformer" } as const;

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

import { isTable, kindName, type ModalityConfig, usualEncoders } from "./modalities/kinds.js";
import { encoderKeys, type ModelConfig } from "./model.js";

/** Keys of `model.encoder.modalities` that do not go together, by where they stand. */
export function encoderFaults(
  modalities: Readonly<Record<string, ModalityConfig>>,
  { type, modalities: changes }: ModelConfig["encoder"],
): { readonly path: string[]; readonly message: string }[] {
  return Object.entries(changes).flatMap(([name, change]) => {
    const modality = modalities[name];
    if (modality === undefined) return [];
    const table = isTable(modality);
    const fault = (key: string, message: string) => ({ path: ["modalities", name, key], message });
    if (table && !["auto", "mlp"].includes(change.type ?? "auto"))
      return [fault("type", `"${name}" is columns of a table, which have no shape: its encoder is an mlp`)];
    const asked = change.type ?? type;
    const own = table || asked === "auto" ? usualEncoders[kindName(modality)] : asked;
    const [foreign, remedy] =
      own === "mlp"
        ? [encoderKeys.convolution, `the encoder of "${name}" is an mlp; set type: conv1d, conv2d or conv3d beside it`]
        : [
            encoderKeys.mlp,
            `the encoder of "${name}" is a ${own}, which has channels instead; set type: mlp beside it`,
          ];
    return foreign.filter((key) => change[key] !== undefined).map((key) => fault(key, remedy));
  });
}

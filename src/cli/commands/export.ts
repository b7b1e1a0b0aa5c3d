import type { CommandModule } from "yargs";
import { shown } from "../../shown.js";
import { print, printJson, tell } from "../terminal.js";

interface ExportArguments {
  run: string;
  onnx: string;
  json: boolean;
}

/** `pidreg export RUN --onnx FILE`: the trained model for other programs. */
export const command: CommandModule<object, ExportArguments> = {
  command: "export <run>",
  describe: "write the trained model as an ONNX file",
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "run folder that `pidreg train` wrote" })
      .option("onnx", { type: "string", demandOption: true, describe: "ONNX file to write" })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg export runs/brain-age --onnx brain-age.onnx", "for onnxruntime in any language")
      .epilogue(
        "One input per modality, [rows, columns] or [rows, ...shape of the array] as float64 in raw units, NaN where a value is missing (the prediction " +
          "is then NaN too, unless the model fills gaps: data.missing mean and no modality dropout); the order of the " +
          'columns is in the metadata entry "columns". ' +
          "Output: prediction [rows, targets] as float64, in the target's units.",
      ),
  handler: async ({ run, onnx, json }) => {
    const { exportOnnx } = await import("../../run/apply/export-onnx.js");
    const result = await exportOnnx(run, onnx);
    for (const message of result.messages) tell(message);
    if (json) {
      printJson(result);
      return;
    }
    const inputs = [
      ...Object.entries(result.inputs).map(([name, columns]) => `${name} (${columns.length} columns)`),
      ...Object.entries(result.shapes ?? {}).map(([name, shape]) => `${name} (${shape.join(" x ")})`),
    ];
    print(shown(`inputs ${inputs.join(", ")}; output prediction (${(result.classes ?? result.targets).join(", ")})`));
    print(shown(onnx));
  },
};

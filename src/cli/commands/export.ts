import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { shown } from "../../shown.js";
import { print, printJson, tell } from "../terminal.js";

interface ExportArguments {
  run: string;
  onnx?: string;
  card?: string;
  mlflow?: string;
  experiment?: string;
  json: boolean;
}

/** `pidreg export RUN --onnx FILE --card FILE --mlflow FOLDER`: a finished run for other programs and people. */
export const command: CommandModule<object, ExportArguments> = {
  command: "export <run>",
  describe: "write the trained model as an ONNX file, as a model card, or into a folder of MLflow's",
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "run folder that `pidreg train` wrote" })
      .option("onnx", { type: "string", requiresArg: true, describe: "ONNX file to write" })
      .option("card", { type: "string", requiresArg: true, describe: "model card to write, Markdown" })
      .option("mlflow", { type: "string", requiresArg: true, describe: "folder of MLflow's to add the run to, mlruns" })
      .option("experiment", {
        type: "string",
        requiresArg: true,
        describe: "MLflow's experiment; default: the run's name in its config",
      })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .check(({ onnx, card, mlflow, experiment }) => {
        if (onnx === undefined && card === undefined && mlflow === undefined) {
          throw new InputError("export what? Give --onnx FILE, --card FILE.md or --mlflow FOLDER, or several of them");
        }
        if (experiment !== undefined && mlflow === undefined) {
          throw new InputError("--experiment is MLflow's: give --mlflow FOLDER with it");
        }
        return true;
      })
      .example("pidreg export runs/brain-age --onnx brain-age.onnx", "for onnxruntime in any language")
      .example("pidreg export runs/brain-age --card brain-age.md", "what it is and how good, for readers")
      .example("pidreg export runs/brain-age --mlflow mlruns", "then: mlflow ui --backend-store-uri mlruns")
      .epilogue(
        "ONNX: one input per modality, [rows, columns] or [rows, ...shape of the array] as float64 in raw units, NaN where a value is missing (the prediction " +
          "is then NaN too, unless the model fills gaps: data.missing mean and no modality dropout); the order of the " +
          'columns is in the metadata entry "columns". ' +
          "Output: prediction [rows, targets] as float64, in the target's units.",
      ),
  handler: async ({ run, onnx, card, mlflow, experiment, json }) => {
    const results = [
      ...(onnx === undefined ? [] : [await onnxExport(run, onnx)]),
      ...(card === undefined ? [] : [await cardExport(run, card)]),
      ...(mlflow === undefined ? [] : [await mlflowExport(run, mlflow, experiment)]),
    ];
    for (const message of new Set(results.flatMap(({ messages }) => messages))) tell(message);
    if (json) printJson(Object.assign({}, ...results.map(({ document }) => document)));
    else for (const { lines } of results) for (const line of lines) print(shown(line));
  },
};

/** Something that was written: its messages, its keys in the JSON document, and what is printed of it. */
interface Exported {
  readonly messages: readonly string[];
  readonly document: object;
  readonly lines: readonly string[];
}

async function onnxExport(run: string, file: string): Promise<Exported> {
  const { exportOnnx } = await import("../../run/apply/export-onnx.js");
  const result = await exportOnnx(run, file);
  const inputs = [
    ...Object.entries(result.inputs).map(([name, columns]) => `${name} (${columns.length} columns)`),
    ...Object.entries(result.shapes ?? {}).map(([name, shape]) => `${name} (${shape.join(" x ")})`),
    ...(result.confounds === undefined ? [] : [`confounds (${result.confounds.join(", ")})`]),
  ];
  const about = `inputs ${inputs.join(", ")}; output prediction (${(result.classes ?? result.targets).join(", ")})`;
  return { messages: result.messages, document: result, lines: [about, file] };
}

async function cardExport(run: string, file: string): Promise<Exported> {
  const { writeModelCard } = await import("../../report/model-card.js");
  const { messages, ...card } = await writeModelCard(run, file);
  return { messages, document: { card }, lines: [file] };
}

async function mlflowExport(run: string, root: string, experiment: string | undefined): Promise<Exported> {
  const { exportMlflow } = await import("../../run/apply/export-mlflow.js");
  const { messages, ...mlflow } = await exportMlflow(run, root, experiment);
  return { messages, document: { mlflow }, lines: [`${mlflow.folder} (experiment ${mlflow.experiment})`] };
}

import type { ConfoundRemoval } from "../../data/confounds/confounds.js";
import type { Graph, Value } from "../../engine/onnx/onnx-graph.js";
import { withoutMark } from "./export-preparation.js";

/** What the removal of confounds from one modality is written from. */
export interface ExportedRemoval {
  readonly removal: ConfoundRemoval;
  /** Modality, and its columns in the order of the input. */
  readonly modality: string;
  readonly columns: readonly string[];
  /** Whether a missing confound reads as the mean; the prediction is NaN if not. */
  readonly fill: boolean;
  /** Numbers that mean "missing". */
  readonly marks: readonly number[];
}

/**
 * Writes what `removeConfounds` does into a graph: raw - (terms - means) slopes.
 * @param given [rows, columns] raw values, float64, without marks
 * @param terms [rows, terms], float64, NaN = missing
 * @returns [rows, columns], float64
 */
export function freedOfConfounds(
  graph: Graph,
  given: Value,
  terms: Value,
  { removal, modality, columns, fill, marks }: ExportedRemoval,
): Value {
  const fitted = removal.modalities.find(({ name }) => name === modality);
  if (fitted === undefined) return given;
  const { terms: known } = removal;
  const slopesOf = columns.map(
    (column) => fitted.columns.find(({ name }) => name === column)?.slopes ?? known.map(() => 0),
  );
  const slopes = graph.constant(
    known.flatMap((_, k) => slopesOf.map((own) => own[k])),
    [known.length, columns.length],
    "float64",
  );
  const row = (numbers: readonly number[]) => graph.constant(numbers, [1, numbers.length], "float64");
  const read = marks.reduce((values, mark) => withoutMark(graph, values, mark), terms);
  const centred = graph.emit("Sub", [read, row(known.map(({ mean }) => mean))], {}, terms.shape, "float64");
  const absent = graph.emit("IsNaN", [centred], {}, terms.shape, "bool");
  const missing = row(known.map(() => (fill ? 0 : Number.NaN)));
  const filled = graph.emit("Where", [absent, missing, centred], {}, terms.shape, "float64");
  const told = graph.emit("MatMul", [filled, slopes], {}, given.shape, "float64");
  const values = marks.reduce((raw, mark) => withoutMark(graph, raw, mark), given);
  return graph.emit("Sub", [values, told], {}, given.shape, "float64");
}

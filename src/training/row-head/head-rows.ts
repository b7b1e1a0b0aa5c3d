import type { HeadInputs, HeadRows } from "../../evaluation/row-head.js";
import { readRows, type TrainingModality } from "../data.js";
import type { InferenceResult } from "../step/inference.js";

/** Rows with what the network makes of them. */
export interface NetworkRows extends Pick<InferenceResult, "prediction" | "latents"> {
  readonly inputs: readonly TrainingModality[];
  readonly rows: ArrayLike<number>;
  /** Whether the model is made for rows that lack modalities: then what a row lacks is read too. */
  readonly absentModalities: boolean;
}

/** More columns than these are too many to read a head from. */
const mostColumns = 2000;

/** What a head beside the network may read of these inputs. */
export function headInputs(inputs: readonly Pick<TrainingModality, "form" | "width">[]): HeadInputs[] {
  const columns = inputs.filter(({ form }) => form === undefined).reduce((sum, { width }) => sum + width, 0);
  return columns > 0 && columns <= mostColumns ? ["latents", "columns"] : ["latents"];
}

/**
 * The columns that a head reads, side by side: outputs of the network; where rows may lack modalities 1 for each
 * that a row has; and the latents, or the prepared columns of table modalities (0 where absent) and the latents of others.
 */
export async function headRows(kind: HeadInputs, given: NetworkRows): Promise<HeadRows> {
  const { inputs, rows, prediction, latents, absentModalities } = given;
  const count = rows.length;
  const each = latents.length / count / inputs.length;
  const blocks: Block[] = [
    { values: prediction, from: 0, stride: prediction.length / count, width: prediction.length / count },
  ];
  for (const [m, input] of inputs.entries()) {
    const present = Float32Array.from({ length: count }, (_, i) => input.present?.[rows[i]] ?? 1);
    if (absentModalities) blocks.push({ values: present, from: 0, stride: 1, width: 1 });
    if (kind === "columns" && input.form === undefined) {
      const values = await presentColumns(input, rows, present);
      blocks.push({ values, from: 0, stride: input.width, width: input.width });
    } else blocks.push({ values: latents, from: m * each, stride: inputs.length * each, width: each });
  }
  return joined(blocks, count);
}

/** Prepared columns of the rows; 0, the mean of a standardised column, where a row lacks the modality. */
async function presentColumns(
  input: TrainingModality,
  rows: ArrayLike<number>,
  present: Float32Array,
): Promise<Float32Array> {
  const values = new Float32Array(rows.length * input.width);
  await readRows(input, rows, values);
  present.forEach((has, i) => {
    if (has === 0) values.fill(0, i * input.width, (i + 1) * input.width);
  });
  return values;
}

/** Columns of a row-major table. */
interface Block {
  readonly values: Float32Array;
  readonly from: number;
  /** Columns of the table, and those that are taken. */
  readonly stride: number;
  readonly width: number;
}

function joined(blocks: readonly Block[], rows: number): HeadRows {
  const width = blocks.reduce((sum, block) => sum + block.width, 0);
  const values = new Float32Array(rows * width);
  let offset = 0;
  for (const { values: own, from, stride, width: taken } of blocks) {
    for (let i = 0; i < rows; i++) {
      values.set(own.subarray(i * stride + from, i * stride + from + taken), i * width + offset);
    }
    offset += taken;
  }
  return { values, width, rows };
}

/** Rows of equal width below one another. */
export function stackedRows(parts: readonly HeadRows[]): HeadRows {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const { width } = parts[0];
  const values = new Float32Array(rows * width);
  let offset = 0;
  for (const part of parts) {
    values.set(part.values, offset);
    offset += part.values.length;
  }
  return { values, width, rows };
}

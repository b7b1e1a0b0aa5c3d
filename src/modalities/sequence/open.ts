import type { SequenceModalityConfig } from "../../config/modalities/sequence.js";
import { numbersOf, type OpenRequest, type RowStore, valuesOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import type { Recipe } from "../decoded/recipe.js";
import { type ArrayView, openDecoded, openInArray } from "../shaped/open.js";
import { openWindows } from "./windows.js";

/** Opens rows of numbers in time, [steps, channels]. */
export async function openSequences(request: OpenRequest): Promise<RowStore> {
  const { name, config } = request;
  if (config.kind !== "sequence") throw new RangeError(`modality "${name}" is no sequence`);
  if (config.columns !== undefined) return openWindows(request, config);
  if (config.array === undefined)
    return openDecoded(request, config, "sequence", { recipe: recipeOf(config), decoded: wordsOf(config) });
  const lengths = numbersOf(request, "lengths");
  return openInArray(request, config.array, "sequence", (shape, label) =>
    sequenceView(shape, label, config.order, lengths && checkedLengths(request, lengths, shape, config.order)),
  );
}

function recipeOf({ order, length, sampleRate, seconds, spectrogram, store }: SequenceModalityConfig): Recipe {
  const sound =
    sampleRate === undefined || seconds === undefined
      ? null
      : { sampleRate, seconds, spectrogram: spectrogram ?? null };
  return { kind: "sequence", order, length: length ?? null, sound, store };
}

function wordsOf({ sampleRate, seconds, spectrogram, length, order }: SequenceModalityConfig): string {
  if (sampleRate === undefined)
    return `${order === "CT" ? "axes turned, " : ""}${length === undefined ? "whole" : `${length} steps`}`;
  const sound = `${seconds} s at ${sampleRate} samples per second`;
  if (spectrogram === undefined) return sound;
  const { mels, window, hop } = spectrogram;
  return `${sound}, log-mel spectrogram of ${mels} bands, windows of ${window} s every ${hop} s`;
}

/** Steps of every row of the table. */
type Lengths = Float64Array | undefined;

function sequenceView(shape: readonly number[], label: string, order: "TC" | "CT", lengths: Lengths): ArrayView {
  if (shape.length < 1 || shape.length > 2) {
    throw new InputError(
      `${label}: has rows of shape (${shape.join(", ")}); sequences have two axes, time and channels, or one`,
    );
  }
  const turned = order === "CT" && shape.length === 2;
  const [steps, channels = 1] = turned ? shape.toReversed() : shape;
  const inTime = [steps, channels];
  if (!turned && lengths === undefined) return { shape: inTime };
  const scratch = new Float64Array(valuesOf(inTime));
  return {
    shape: inTime,
    turn: (values, row) => {
      if (turned) {
        scratch.set(values);
        for (let c = 0; c < channels; c++)
          for (let t = 0; t < steps; t++) values[t * channels + c] = scratch[c * steps + t];
      }
      if (lengths !== undefined && lengths[row] < steps) values.fill(Number.NaN, lengths[row] * channels);
    },
  };
}

/** @throws InputError naming the row whose length is none */
function checkedLengths(
  { table }: OpenRequest,
  { column, values }: { readonly column: string; readonly values: Float64Array },
  shape: readonly number[],
  order: "TC" | "CT",
): Float64Array {
  const steps = order === "CT" && shape.length === 2 ? shape[1] : shape[0];
  const bad = values.findIndex(
    (value) => !Number.isNaN(value) && !(Number.isInteger(value) && value >= 1 && value <= steps),
  );
  if (bad < 0) return values;
  throw new InputError(
    `${table.label}: row ${bad + 1} (header not counted): column "${column}" is ${values[bad]}, and must be the steps of that row: a ` +
      `whole number from 1 to ${steps}, or empty where all count.`,
  );
}

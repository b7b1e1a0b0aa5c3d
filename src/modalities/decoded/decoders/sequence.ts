import { InputError } from "../../../errors.js";
import type { DecodedFile, Recipe, RowFile, SoundRecipe } from "../recipe.js";
import { frameSizes, framesOf, logMel } from "./mel.js";
import { isNpyName, readWholeNpy } from "./npy-file.js";
import { readBytes } from "./read-bytes.js";
import { readWav } from "./wav.js";

/**
 * Decodes a sequence: a .wav file, as samples or as a log-mel spectrogram, or a .npy file.
 * @returns shape [steps, channels]; NaN behind the end of what is shorter
 * @throws InputError naming the row and the file
 */
export async function decodeSequence(
  file: RowFile,
  recipe: Extract<Recipe, { kind: "sequence" }>,
): Promise<DecodedFile> {
  if (isNpyName(file.path)) return array(file, recipe);
  if (/\.wav$/i.test(file.path)) return sound(file, recipe.sound);
  throw new InputError(`${file.label}: is read as a sequence, and is neither .wav nor .npy`);
}

async function sound(file: RowFile, recipe: SoundRecipe | null): Promise<DecodedFile> {
  const { label } = file;
  if (recipe === null) throw new InputError(`${label}: is a sound; sounds need \`sampleRate\` and \`seconds\``);
  const { sampleRate, seconds, spectrogram } = recipe;
  const most = Math.max(1, Math.round(sampleRate * seconds));
  const read = readWav(await readBytes(file), label, most);
  if (read.sampleRate !== sampleRate) {
    throw new InputError(
      `${label}: has ${read.sampleRate} samples per second, and \`sampleRate\` is ${sampleRate}; resample it (sox, ffmpeg), or say what all files have`,
    );
  }
  if (spectrogram === null) return padded(read.samples, 1, most);
  const steps = framesOf(most, frameSizes(spectrogram, sampleRate));
  return padded(logMel(read.samples, spectrogram, sampleRate), spectrogram.mels, steps);
}

async function array(
  file: RowFile,
  { order, length, sound: recipe }: Extract<Recipe, { kind: "sequence" }>,
): Promise<DecodedFile> {
  const { label } = file;
  if (recipe !== null) throw new InputError(`${label}: is an array; \`sampleRate\` and \`seconds\` go with .wav files`);
  const { shape, values } = readWholeNpy(await readBytes(file), label);
  if (shape.length > 2)
    throw new InputError(`${label}: has shape (${shape.join(", ")}); a sequence has two axes, time and channels`);
  const [first, second = 1] = shape;
  const turned = order === "CT" && shape.length === 2;
  const [steps, channels] = turned ? [second, first] : [first, second];
  const inTime = turned ? transposed(values, channels, steps) : values;
  const bad = inTime.findIndex((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY);
  if (bad >= 0)
    throw new InputError(
      `${label}: the value of step ${Math.floor(bad / channels)}, channel ${bad % channels} is infinite`,
    );
  return padded(inTime, channels, length ?? steps);
}

/** [channels, steps] -> [steps, channels] */
export function transposed(values: Float32Array, channels: number, steps: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let c = 0; c < channels; c++) for (let t = 0; t < steps; t++) out[t * channels + c] = values[c * steps + t];
  return out;
}

function padded(values: Float32Array, channels: number, steps: number): DecodedFile {
  const shape = [steps, channels];
  const wanted = steps * channels;
  if (values.length >= wanted) return { shape, values: values.slice(0, wanted), padding: 0 };
  const out = new Float32Array(wanted).fill(Number.NaN);
  out.set(values);
  return { shape, values: out, padding: wanted - values.length };
}

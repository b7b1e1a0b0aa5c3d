import FFT from "fft.js";
import type { SoundRecipe } from "../recipe.js";

/** Energy below which a band counts as silent: the logarithm needs one. */
const silence = 1e-10;

/** mel = 2595 log10(1 + f / 700) (O'Shaughnessy 1987, as HTK has it). */
const melOf = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number) => 700 * (10 ** (mel / 2595) - 1);

/**
 * Triangular bands, evenly spaced on the mel scale from 0 to half the sample rate, each reaching 1 at its middle.
 * @param bins frequencies of a spectrum, from 0 to half the sample rate
 * @returns [mels][bins]
 */
export function melBands(mels: number, bins: number, sampleRate: number): Float64Array[] {
  const top = melOf(sampleRate / 2);
  const edges = Array.from({ length: mels + 2 }, (_, i) => hertzOf((i * top) / (mels + 1)));
  const frequency = (bin: number) => (bin * sampleRate) / 2 / (bins - 1);
  return Array.from({ length: mels }, (_, m) =>
    Float64Array.from({ length: bins }, (_bin, bin) => {
      const f = frequency(bin);
      const rise = (f - edges[m]) / (edges[m + 1] - edges[m]);
      const fall = (edges[m + 2] - f) / (edges[m + 2] - edges[m + 1]);
      return Math.max(0, Math.min(rise, fall));
    }),
  );
}

/** Samples of a window and of a hop, and the length of the spectrum's transform. */
export function frameSizes({ window, hop }: { readonly window: number; readonly hop: number }, sampleRate: number) {
  const length = Math.max(2, Math.round(window * sampleRate));
  return { length, hop: Math.max(1, Math.round(hop * sampleRate)), transform: 2 ** Math.ceil(Math.log2(length)) };
}

/** Frames of so many samples; windows that do not fit whole are left out, of a sound shorter than one there is one. */
export function framesOf(samples: number, { length, hop }: { readonly length: number; readonly hop: number }): number {
  return samples < length ? 1 : Math.floor((samples - length) / hop) + 1;
}

/**
 * Log-mel spectrogram: natural logarithm of the energy in mel bands, of windows of Hann.
 * @returns [frames, mels]
 */
export function logMel(
  samples: Float32Array,
  { mels, window, hop }: NonNullable<SoundRecipe["spectrogram"]>,
  sampleRate: number,
): Float32Array {
  const sizes = frameSizes({ window, hop }, sampleRate);
  const { length, transform } = sizes;
  const fft = new FFT(transform);
  const hann = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
  const bins = transform / 2 + 1;
  const bands = melBands(mels, bins, sampleRate).map(trimmed);
  const frames = framesOf(samples.length, sizes);
  const out = new Float32Array(frames * mels);
  const frame = new Array<number>(transform).fill(0);
  const spectrum = fft.createComplexArray();
  for (let t = 0; t < frames; t++) {
    for (let i = 0; i < length; i++) frame[i] = (samples[t * sizes.hop + i] ?? 0) * hann[i];
    fft.realTransform(spectrum, frame);
    bands.forEach(({ first, weights }, m) => {
      let energy = 0;
      weights.forEach((weight, k) => {
        const at = 2 * (first + k);
        energy += weight * (spectrum[at] ** 2 + spectrum[at + 1] ** 2);
      });
      out[t * mels + m] = Math.log(Math.max(energy, silence));
    });
  }
  return out;
}

/** A band without the zeros around it. */
function trimmed(weights: Float64Array): { readonly first: number; readonly weights: Float64Array } {
  const first = Math.max(
    0,
    weights.findIndex((weight) => weight > 0),
  );
  const last = weights.findLastIndex((weight) => weight > 0);
  return { first, weights: weights.subarray(first, Math.max(first, last + 1)) };
}

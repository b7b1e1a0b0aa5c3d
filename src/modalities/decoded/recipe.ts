/** What becomes of a picture of other proportions. */
export type FitMode = "fill" | "cover" | "contain";

/** How a number of a decoded row is kept. */
export type StoredType = "uint8" | "float16" | "float32";

/** Bytes of one number. */
export const storedBytes: Readonly<Record<StoredType, number>> = { uint8: 1, float16: 2, float32: 4 };

/** How the files of a row become numbers: plain data, a part of what names a store of decoded rows. */
export type Recipe = { readonly store: StoredType } & (
  | {
      readonly kind: "image";
      readonly shape: readonly [height: number, width: number, channels: number];
      readonly fit: FitMode;
    }
  | {
      readonly kind: "volume";
      readonly shape: readonly [number, number, number] | null;
      /** Millimetres from voxel to voxel along x, y, z. */
      readonly spacing: readonly [number, number, number] | null;
      readonly canonical: boolean;
    }
  | {
      readonly kind: "sequence";
      readonly order: "TC" | "CT";
      readonly length: number | null;
      readonly sound: SoundRecipe | null;
    }
);

/** How a sound becomes numbers. */
export interface SoundRecipe {
  readonly sampleRate: number;
  readonly seconds: number;
  readonly spectrogram: { readonly mels: number; readonly window: number; readonly hop: number } | null;
}

/** Numbers of one file. */
export interface DecodedFile {
  /** The last axis counts channels. */
  readonly shape: readonly number[];
  /** NaN = missing, or padding. */
  readonly values: Float32Array;
  /** How many of them, at the end, are padding. */
  readonly padding: number;
}

/** A file of a row, and what messages call it: table, row, column and path. */
export interface RowFile {
  readonly path: string;
  readonly label: string;
}

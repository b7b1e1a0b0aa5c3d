import type { Tensor2D } from "@tensorflow/tfjs";
import type { z } from "zod";
import type { ModalityConfig } from "../config/modalities/kinds.js";
import type { ColumnRange } from "../data/prepare/column-range.js";
import type { FittedInputs } from "../data/prepare/fitted-inputs.js";
import type { LeftOutColumns } from "../data/prepare/preprocessor.js";
import type { ReadOutside } from "../data/prepare/range-check.js";
import type { PreparedRows, RowStore } from "../data/rows.js";
import type { Graph, Value } from "../engine/onnx/onnx-graph.js";
import type { ImportanceFeature } from "../evaluation/importance/items.js";
import type { ModalityArchitecture } from "../models/architecture.js";

/** What is done about missing values, and how numbers become inputs of a network. */
export interface FitSettings {
  readonly missing: "error" | "drop" | "mean";
  readonly missingIndicator: boolean;
  readonly inputs: FittedInputs;
  readonly config: ModalityConfig;
  /** Columns of a table that are not used. */
  readonly leftOut?: LeftOutColumns | undefined;
}

/** How rows are prepared that may have gaps. */
export interface PrepareOptions {
  readonly missing: FitSettings["missing"];
  /** Whether rows may lack the modality, whatever is done about single gaps; they are filled like those. */
  readonly absentModalities: boolean;
  readonly rowIds: readonly string[];
}

/** Shapes of an encoder that the config leaves open. */
export interface EncoderChoice {
  readonly hidden: readonly number[];
  readonly dropout: readonly number[];
  readonly batchNorm: boolean;
  /** `relu` if left out. */
  readonly activation?: ModalityArchitecture["activation"];
  readonly embedding: ModalityArchitecture["embedding"];
  readonly linear: boolean;
  /** Layers of a convolutional encoder, for kinds whose rows have a shape; null for a multilayer perceptron. */
  readonly convolution: NonNullable<ModalityArchitecture["convolution"]> | null;
  /** Layers of a transformer, for rows of steps; null for another encoder. Tokens of `patch: auto` follow from the shape. */
  readonly transformer: TransformerChoice | null;
}

/** A transformer before the shape of a row is known. */
export type TransformerChoice = Omit<NonNullable<ModalityArchitecture["transformer"]>, "patch"> & {
  readonly patch: number | "auto";
};

/** What is known of the shape of rows where kernels are taken on them. */
export interface ReadForm {
  readonly shape: readonly number[];
  /** Places of blocks, by axis, whose means stand for a row. */
  readonly summary?: readonly number[] | undefined;
}

/** A small picture of a row: grey or red, green, blue, row by row, one byte each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** What the account of the data says of a modality that is no table. */
export interface ModalityCard {
  readonly kind: string;
  readonly file: string;
  readonly dtype: string;
  /** Shape of one row. */
  readonly shape: readonly number[];
  /** Rows of the file, and rows of the data set that lack the modality. */
  readonly rows: number;
  readonly lacking: number;
  readonly normalise: string;
  /** What decoding did, and what training rows are changed by at random; left out where nothing. */
  readonly decoded?: string;
  readonly augment?: string;
}

/** Numbers by which a table is held against the training rows: of each row one, or NaN. */
export interface WatchedValues {
  readonly column: string;
  readonly range: ColumnRange;
  readonly outsideReadAs: ReadOutside;
  readonly values: Float64Array;
}

/** A part of the inputs that has a name: what the user calls a column. */
export interface NamedInputs extends ImportanceFeature {
  /**
   * What the network reads of a value: of a number by its place among the numbers of `identity`, of a category by name; one
   * number for each of `inputs`.
   */
  readonly reading:
    | { readonly number: number; readonly at: (value: number) => readonly number[] }
    | { readonly levels: readonly { readonly name: string; readonly values: readonly number[] }[] };
}

/**
 * One kind of modality, from its rows to the encoder, the exported graph and the report; `open-rows.ts` opens them.
 * @typeParam P what is fitted on the training rows: plain JSON, stored with the model
 */
export interface ModalityKind<P> {
  /** What `fit` returns, as a stored model has it; every number checked. */
  readonly stored: z.ZodType<P>;
  /** Fits the preparation on the training rows alone. @throws InputError when there is nothing to learn from */
  readonly fit: (store: RowStore, trainRows: ArrayLike<number>, settings: FitSettings) => Promise<P>;
  /** Rows as the network reads them. @throws InputError for gaps that are not to be filled */
  readonly prepare: (fitted: P, store: RowStore, options: PrepareOptions) => Promise<PreparedRows>;
  /** Numbers that the network reads of one row. */
  readonly width: (fitted: P) => number;
  /** What it reads of a row that lacks the modality, [width]. */
  readonly absent: (fitted: P) => Float32Array;
  /** Plain data from which `models/` makes the encoder, whose output carries its own normalisation. */
  readonly encoder: (
    rows: Pick<PreparedRows, "name" | "width" | "form">,
    choice: EncoderChoice,
  ) => ModalityArchitecture;
  /** What kernels of the losses on inputs are taken on. @param batch [batch, width] @returns [batch, at most width] */
  readonly kernelFeatures: (batch: Tensor2D, form?: ReadForm) => Tensor2D;
  /** The same of prepared rows in memory, row-major [rows, width]; bandwidths are measured on it. */
  readonly kernelValues: (
    values: Float32Array,
    width: number,
    form?: ReadForm,
  ) => { readonly values: Float32Array; readonly width: number };
  /** What linear models on raw numbers read: a store of as many rows, with as few numbers as such a model takes. */
  readonly linearRows: (fitted: P, store: RowStore) => RowStore;
  /** What makes rows equal to others: the raw numbers that the network reads, in a fixed order. */
  readonly identity: (fitted: P, store: RowStore) => { readonly width: number; readonly read: RowStore["read"] };
  /** The columns that the user knows, each with its inputs; none where inputs have no names. */
  readonly features: (fitted: P) => readonly NamedInputs[];
  /** Numbers that tell whether another table is like the training rows; null for a model stored without them. */
  readonly watched: (fitted: P, store: RowStore) => Promise<readonly WatchedValues[]>;
  /** The input of an exported model: names of its columns, or undefined, and the shape of a row. */
  readonly input: (fitted: P) => { readonly columns?: readonly string[]; readonly shape: readonly number[] };
  /**
   * Writes the preparation into an exported graph.
   * @param raw   [rows, ...shape], float64, NaN = missing
   * @param marks numbers of tables that mean "missing"
   * @returns [rows, width], float32
   */
  readonly toGraph: (
    graph: Graph,
    raw: Value,
    fitted: P,
    missing: FitSettings["missing"],
    marks: readonly number[],
  ) => Value;
  /** For the account of the data; null where the table says it all. */
  readonly describe: (fitted: P, store: RowStore) => ModalityCard | null;
  /** A picture of a row, from its raw numbers; null where there is none. */
  readonly draw: (shape: readonly number[], row: Float64Array) => Picture | null;
}

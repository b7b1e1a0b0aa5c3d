import { z } from "zod";
import type { PreparedRows, RowForm, RowStore } from "../../data/rows.js";
import { rowsAtATime, valuesOf } from "../../data/rows.js";
import type { Rng } from "../../math/rng.js";
import { blockMeans } from "../../models/layers/block-means.js";
import type { ModalityKind, ReadForm } from "../kind.js";
import { shapedEncoder } from "../shaped-encoder.js";
import { blocksFor, meansShape, rowBlockMeans } from "./blocks.js";
import { drawEach } from "./draw.js";
import { absentShaped, fitShaped, prepareShaped, rowMeans, shapedFields, shapedProblem } from "./preparation.js";
import { shapedToGraph } from "./to-graph.js";

/** Names of kinds whose rows have axes of space or time, and channels last. */
export type ShapedKindName = "image" | "sequence" | "volume";

/** Random changes of training rows, as a config has them. */
export type Augmentation = Readonly<Record<string, number | string | undefined>>;

/** Schema of what is fitted for such a kind: its moments, and what was done with its files. */
function shapedPreparationSchema<K extends ShapedKindName>(kind: K) {
  return z
    .strictObject({
      kind: z.literal(kind),
      ...shapedFields,
      /** Most means over blocks that losses on inputs, and linear models, see. */
      summary: z.int().min(1).max(1_000_000),
      /** What decoding did, in words. */
      decoded: z.string().optional(),
      augment: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
    })
    .superRefine((fitted, context) => {
      const message = shapedProblem(fitted);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    });
}

export type ShapedPreparation = Readonly<z.infer<ReturnType<typeof shapedPreparationSchema<ShapedKindName>>>>;

/** What a kind of such rows does by itself. */
export interface ShapedParts {
  readonly kind: ShapedKindName;
  readonly draw: ModalityKind<unknown>["draw"];
  /** Changes a prepared row in place. @param row [...shape] */
  readonly augment: (row: Float32Array, shape: readonly number[], changes: Augmentation, rng: Rng) => void;
  /** Whether NaN behind the end of a row is padding, which is filled whatever is done about gaps. */
  readonly padded: boolean;
}

/**
 * Most numbers that an encoder of hidden layers reads of a row: it has a weight for each of them and each of its units, and
 * optimiser and averages keep several copies.
 */
const mostInputs = 4096;

/** A kind of modality whose rows have axes of space or time, and channels last. */
export function shapedKind(parts: ShapedParts): ModalityKind<ShapedPreparation> {
  const { kind } = parts;
  return {
    stored: shapedPreparationSchema(kind),
    fit: async (store, trainRows, { config }) => {
      if (config.kind !== kind || !("summary" in config))
        throw new RangeError(`modality "${store.name}" is no ${kind}`);
      const { normalise, summary, augment } = config;
      const channels = store.shape[store.shape.length - 1];
      return {
        ...{ kind, summary, ...(await fitShaped(store, trainRows, { normalise, channels })) },
        ...(store.origin?.decoded === undefined ? {} : { decoded: store.origin.decoded }),
        ...(augment === undefined || Object.keys(augment).length === 0 ? {} : { augment: { ...augment } }),
      };
    },
    prepare: async (fitted, store, options) => {
      const prepared = await prepareShaped(fitted, store, options, formOf(kind, fitted));
      return withChanges(prepared, fitted, parts);
    },
    width: ({ shape }) => valuesOf(shape),
    absent: absentShaped,
    encoder: (rows, choice) => shapedEncoder(rows, choice, kind),
    kernelFeatures: (batch, form) =>
      form?.summary === undefined ? batch : blockMeans(batch, form.shape, form.summary),
    kernelValues: (values, width, form) => summaryOf(values, width, form),
    linearRows: (fitted, store) => meansOf(store, blocksOf(kind, fitted.shape, fitted.summary)),
    identity: (_fitted, store) => ({ width: valuesOf(store.shape), read: store.read }),
    features: () => [],
    watched: async (fitted, store) => [
      { column: "mean of a row", outsideReadAs: { as: "itself" }, ...(await rowMeans(fitted, store)) },
    ],
    input: ({ shape }) => ({ shape }),
    toGraph: (graph, raw, fitted, missing) => shapedToGraph(graph, raw, fitted, parts.padded ? "mean" : missing),
    describe: (fitted, store) => ({
      ...{ kind, file: store.origin?.file ?? "", dtype: store.origin?.dtype ?? "", shape: fitted.shape },
      ...{ rows: store.origin?.rows ?? store.rows, normalise: fitted.normalise },
      lacking: store.gaps.filter((count) => count === valuesOf(fitted.shape)).length,
      ...(fitted.decoded === undefined ? {} : { decoded: fitted.decoded }),
      ...(fitted.augment === undefined ? {} : { augment: changesText(fitted.augment) }),
    }),
    draw: (shape, row) =>
      sharedBy(kind, shape) === undefined ? parts.draw(shape, row) : drawEach(parts.draw, shape, row),
  };
}

/** `flip horizontal, shift 0.1` */
function changesText(changes: Augmentation): string {
  return Object.entries(changes)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}

/** Axes of one picture, sequence or volume; a row of one axis more holds several of them. */
const axesOf = { image: 3, sequence: 2, volume: 4 } as const satisfies Record<ShapedKindName, number>;

/** How many of them a row holds that one encoder reads; undefined where the row is one. */
function sharedBy(kind: ShapedKindName, shape: readonly number[]): number | undefined {
  return shape.length > axesOf[kind] ? shape[0] : undefined;
}

/** Blocks over a row; those of several pictures over each. */
function blocksOf(kind: ShapedKindName, shape: readonly number[], most: number): number[] {
  const share = sharedBy(kind, shape);
  if (share === undefined) return blocksFor(shape, most);
  return [1, ...blocksFor(shape.slice(1), Math.max(shape[shape.length - 1], Math.floor(most / share)))];
}

function formOf(kind: ShapedKindName, { shape, summary }: Pick<ShapedPreparation, "shape" | "summary">): RowForm {
  const share = sharedBy(kind, shape);
  const blocks = (most: number) => {
    const found = blocksOf(kind, shape, most);
    return found.every((size) => size === 1) ? undefined : found;
  };
  const [pool, means] = [blocks(mostInputs), blocks(summary)];
  const own = { kind, shape, ...(share === undefined ? {} : { share }) };
  return { ...own, ...(pool === undefined ? {} : { pool }), ...(means === undefined ? {} : { summary: means }) };
}

/** Rows that are changed at random for training, where the config asks for it. */
function withChanges(
  prepared: Awaited<ReturnType<typeof prepareShaped>>,
  { name, shape, augment }: ShapedPreparation,
  parts: ShapedParts,
): PreparedRows {
  if (augment === undefined) return prepared;
  const { width, present } = prepared;
  const augmented = async (rows: ArrayLike<number>, out: Float32Array, stream: Rng) => {
    await prepared.read(rows, out);
    for (let i = 0; i < rows.length; i++) {
      // What a row lacks stays the same: it tells that there is nothing.
      if (present?.[rows[i]] === 0) continue;
      const row = out.subarray(i * width, (i + 1) * width);
      const own = stream.split(`${name}/${rows[i]}`);
      const share = sharedBy(parts.kind, shape);
      if (share === undefined) parts.augment(row, shape, augment, own);
      else augmentEach(row, shape, (one, k) => parts.augment(one, shape.slice(1), augment, own.split(`${k}`)));
    }
  };
  return { ...prepared, augmented };
}

/** Changes each picture of a row by itself, but for one that is missing, which stays zeros. */
function augmentEach(
  row: Float32Array,
  [share, ...one]: readonly number[],
  change: (one: Float32Array, k: number) => void,
): void {
  const size = valuesOf(one);
  for (let k = 0; k < share; k++) {
    const picture = row.subarray(k * size, (k + 1) * size);
    if (picture.some((value) => value !== 0)) change(picture, k);
  }
}

function summaryOf(values: Float32Array, width: number, form: ReadForm | undefined) {
  if (form?.summary === undefined) return { values, width };
  const { shape, summary } = form;
  const own = valuesOf(meansShape(shape, summary));
  const out = new Float32Array((values.length / width) * own);
  for (let row = 0; row * width < values.length; row++) {
    rowBlockMeans(values.subarray(row * width, (row + 1) * width), shape, summary, { zeros: true }, out, row * own);
  }
  return { values: out, width: own };
}

/** Means over blocks of the rows of a store; NaN where a block has no value. */
function meansOf(store: RowStore, blocks: readonly number[]): RowStore {
  const shape = meansShape(store.shape, blocks);
  const [width, own] = [valuesOf(store.shape), valuesOf(shape)];
  return {
    ...store,
    shape: [own],
    read: async (numbers, out) => {
      const atATime = rowsAtATime(width);
      const block = new Float64Array(Math.min(atATime, numbers.length) * width);
      for (let start = 0; start < numbers.length; start += atATime) {
        const count = Math.min(atATime, numbers.length - start);
        const some = Int32Array.from({ length: count }, (_, i) => numbers[start + i]);
        await store.read(some, block.subarray(0, count * width));
        for (let i = 0; i < count; i++) {
          const row = block.subarray(i * width, (i + 1) * width);
          rowBlockMeans(row, store.shape, blocks, { zeros: false }, out, (start + i) * own);
        }
      }
    },
  };
}

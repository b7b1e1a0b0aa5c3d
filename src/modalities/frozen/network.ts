import type * as Ort from "onnxruntime-node";
import type { FrozenConfig } from "../../config/modalities/frozen.js";
import { valuesOf } from "../../data/rows.js";
import { loadSessionFactory } from "../../engine/onnx/session.js";
import { InputError } from "../../errors.js";
import { mostValues } from "../../files/array-layout.js";
import { type Axis, axesText, layoutOf, layRow, scalesOf, togetherOf } from "./layout.js";

/** A frozen network, ready for rows. */
export interface FrozenNetwork {
  readonly input: string;
  readonly output: string;
  /** Shape of what it gives for a row. */
  readonly shape: readonly number[];
  /** Rows that go through it together. */
  readonly together: number;
  /** What it gives for rows, one after the other. @param rows [count, values of a row], NaN = missing */
  readonly run: (rows: Float64Array, count: number) => Promise<Float32Array>;
  readonly close: () => Promise<void>;
}

type Metadata = Ort.InferenceSession.TensorValueMetadata;

const floats = { float32: Float32Array, float64: Float64Array } as const;

/**
 * Loads a network and sends one row through it, which tells what it gives.
 * @param label what messages call the file
 * @param row   shape of a row, channels last
 * @param first the numbers of a row
 * @throws InputError where it is none, has no such input or output, or takes other rows
 */
export async function openNetwork(
  bytes: Uint8Array,
  label: string,
  config: FrozenConfig,
  row: readonly number[],
  first: Float64Array,
): Promise<FrozenNetwork> {
  const factory = await loadSessionFactory("onnx");
  const session = await factory.create(bytes, []).catch((error: Error) => {
    throw new InputError(
      `${label}: ONNX Runtime cannot load it (${firstLine(error)}); expected an ONNX file in one piece, without external data`,
    );
  });
  try {
    const made = await networkOf(session, factory.runtime, label, config, row, first);
    return { ...made, close: () => session.release() };
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function networkOf(
  session: Ort.InferenceSession,
  runtime: typeof Ort,
  label: string,
  config: FrozenConfig,
  row: readonly number[],
  first: Float64Array,
): Promise<Omit<FrozenNetwork, "close">> {
  const { input, output } = namedParts(session, config, label);
  const run = runner(session, runtime, { label, config, row, input, output });
  const one = await run(first, 1);
  const counts = one.dims[0] === one.whole;
  const shape = counts ? one.dims.slice(1) : [...one.dims];
  const given = shape.length === 0 ? [1] : shape;
  const width = valuesOf(given);
  if (width < 1 || width > mostValues) {
    throw new InputError(`${label}: output "${output.name}" has ${width} values of a row; 1 to ${mostValues} are read`);
  }
  const together = togetherOf(input.shape, output.shape, row, label).rows;
  return {
    ...{ input: input.name, output: output.name, shape: given, together: counts ? together : 1 },
    run: async (rows, count) => {
      const { values, dims, whole } = await run(rows, count);
      if (values.length === whole * width) return values.subarray(0, count * width);
      throw new InputError(
        `${label}: gives ${axesText(dims)} for ${whole} rows, and ${axesText(one.dims)} for one; it must give as much for each row`,
      );
    },
  };
}

/** The input that takes a row, and the output that stands for it. @throws InputError where they, or the others, are not known */
function namedParts(session: Ort.InferenceSession, { constants, ...config }: FrozenConfig, label: string) {
  const rest = tensors(session.inputMetadata).filter(({ name }) => !Object.hasOwn(constants, name));
  const input = chosen(rest, config.input, { label, key: "input", others: "`constants`" });
  const output = chosen(tensors(session.outputMetadata), config.output, { label, key: "output" });
  const strange = rest.find(({ name }) => name !== input.name);
  if (strange !== undefined) {
    throw new InputError(
      `${label}: needs its input "${strange.name}" ${axesText(strange.shape)} too; give it a number under \`constants\``,
    );
  }
  const unknown = Object.keys(constants).find((name) => !session.inputNames.includes(name));
  if (unknown === undefined) return { input, output };
  throw new InputError(`${label}: has no input "${unknown}" (\`constants\`); it has ${session.inputNames.join(", ")}`);
}

interface RunParts {
  readonly label: string;
  readonly config: FrozenConfig;
  readonly row: readonly number[];
  readonly input: Metadata;
  readonly output: Metadata;
}

/** Sends rows through a network, as many at a time as it takes: rows that are too few are filled up with the last one. */
function runner(
  session: Ort.InferenceSession,
  { Tensor }: typeof Ort,
  { label, config, row, input, output }: RunParts,
) {
  const Numbers = floats[numberType(input, label)];
  numberType(output, label);
  const layout = layoutOf(input.shape, row, config.order, `${label}: input "${input.name}"`);
  const scales = scalesOf(config, row[row.length - 1], label);
  const together = togetherOf(input.shape, output.shape, row, label);
  const others = tensors(session.inputMetadata).filter(({ name }) => Object.hasOwn(config.constants, name));
  const size = valuesOf(row);
  return async (rows: Float64Array, count: number) => {
    const whole = together.fixed ? together.rows : count;
    const numbers = new Numbers(whole * size);
    for (let i = 0; i < whole; i++) {
      const from = Math.min(i, count - 1) * size;
      layRow(rows.subarray(from, from + size), layout, scales, numbers.subarray(i * size, (i + 1) * size));
    }
    const shape = [whole, ...layout.shape];
    const feeds: Record<string, Ort.Tensor> = {
      [input.name]: new Tensor(input.type as "float32", numbers as Float32Array, shape),
    };
    for (const other of others) feeds[other.name] = filled(Tensor, other, config.constants[other.name], whole, label);
    const results = await session.run(feeds, [output.name]).catch((error: Error) => {
      throw new InputError(`${label}: failed on rows of shape ${axesText(shape)}: ${firstLine(error)}`);
    });
    const { data, dims } = results[output.name];
    return { values: Float32Array.from(data as Float32Array), dims, whole };
  };
}

function tensors(metadata: readonly Ort.InferenceSession.ValueMetadata[]): Metadata[] {
  return metadata.filter((value): value is Metadata => value.isTensor);
}

function chosen(
  all: readonly Metadata[],
  name: string | undefined,
  { label, key, others }: { readonly label: string; readonly key: string; readonly others?: string },
): Metadata {
  const there = all.map((each) => `${each.name} ${axesText(each.shape as readonly Axis[])}`).join(", ");
  const found = name === undefined && all.length === 1 ? all[0] : all.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new InputError(
    name === undefined
      ? `${label}: has ${all.length} ${key}s (${there}); name the one that is meant with \`${key}\`${others === undefined ? "" : `, and give the others numbers with ${others}`}`
      : `${label}: has no ${key} "${name}"; it has ${there}`,
  );
}

function numberType({ name, type }: Metadata, label: string): keyof typeof floats {
  if (type === "float32" || type === "float64") return type;
  throw new InputError(`${label}: "${name}" is of type ${type}; expected float32 or float64`);
}

/** An input that is one number everywhere; open axes are as long as there are rows. */
function filled(
  Tensor: typeof Ort.Tensor,
  { name, type, shape }: Metadata,
  value: number,
  rows: number,
  label: string,
) {
  const dims = (shape as readonly Axis[]).map((axis) => (typeof axis === "number" && axis >= 0 ? axis : rows));
  const size = valuesOf(dims);
  if (type === "float32") return new Tensor(type, new Float32Array(size).fill(value), dims);
  if (type === "float64") return new Tensor(type, new Float64Array(size).fill(value), dims);
  if (type === "int32") return new Tensor(type, new Int32Array(size).fill(value), dims);
  if (type === "int64" && Number.isInteger(value))
    return new Tensor(type, new BigInt64Array(size).fill(BigInt(value)), dims);
  if (type === "bool") return new Tensor(type, new Uint8Array(size).fill(value === 0 ? 0 : 1), dims);
  throw new InputError(`${label}: its input "${name}" is of type ${type}, which ${value} is not`);
}

function firstLine(error: Error): string {
  return error.message.trim().split("\n")[0].replace(/\.$/, "");
}

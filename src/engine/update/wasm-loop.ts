import { constantScalar, type GraphNode, type Value } from "../graph/value.js";
import type { VectorUpdate } from "./extract.js";
import { type WasmMemory, webAssembly } from "./webassembly.js";

/**
 * Runs the update on vectors in the memory: byte length of a vector, then byte addresses of its vectors, scalars and
 * results in their order. A result may lie where one of the vectors lies.
 */
export type UpdateLoop = (bytes: number, ...addresses: number[]) => void;

const types = { i32: 0x7f, v128: 0x7b } as const;
const simd = { load: 0x00, splat32: 0x09, store: 0x0b, constant: 0x0c } as const;
/** f32x4 instructions. */
const arithmetic: Readonly<Record<string, number>> = { Add: 0xe4, Sub: 0xe5, Mul: 0xe6, Div: 0xe7, Sqrt: 0xe3 };

/**
 * Compiles an update to a WebAssembly loop over four elements at a time. Its arithmetic is IEEE float32, one rounding
 * per operation, like that of the nodes it stands for. Vectors must have room for a multiple of four elements.
 */
export function compileLoop(update: VectorUpdate, memory: WasmMemory): UpdateLoop {
  const module = new webAssembly.Module(encodeModule(update));
  const { exports } = new webAssembly.Instance(module, { env: { memory } });
  return exports.run as UpdateLoop;
}

/** Locals: parameters (length, addresses), the loop's offset, then one vector register per value. */
function encodeModule(update: VectorUpdate): Uint8Array {
  const parameters = 1 + update.vectors.length + update.scalars.length + update.results.length;
  const registers = new Map<Value, number>();
  const register = (value: Value) => {
    const known = registers.get(value) ?? parameters + 1 + registers.size;
    registers.set(value, known);
    return known;
  };
  const body = encodeBody(update, parameters, register);
  const locals = [2, 1, types.i32, ...unsigned(registers.size), types.v128];
  const code = [...locals, ...body, end];
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const signature = [1, 0x60, ...unsigned(parameters), ...Array<number>(parameters).fill(types.i32), 0];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, signature),
    ...section(2, [1, ...name("env"), ...name("memory"), 0x02, 0x00, 0x00]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name("run"), 0x00, 0x00]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

const end = 0x0b;
const get = (local: number) => [0x20, ...unsigned(local)];
const set = (local: number) => [0x21, ...unsigned(local)];
const vector = (opcode: number) => [0xfd, ...unsigned(opcode)];
const [i32Add, i32Less, i32Constant] = [0x6a, 0x49, 0x41];

function encodeBody(update: VectorUpdate, parameters: number, register: (value: Value) => number): number[] {
  const { vectors, scalars, nodes, results } = update;
  const [length, offset] = [0, parameters];
  const firstScalar = 1 + vectors.length;
  const firstResult = firstScalar + scalars.length;
  const at = (address: number) => [...get(address), ...get(offset), i32Add];
  const constants = new Set(
    nodes.flatMap(({ inputs }) => inputs.filter((value) => constantScalar(value) !== undefined)),
  );
  const before = [
    ...scalars.flatMap((value, i) => [...get(firstScalar + i), ...vector(simd.splat32), 2, 0, ...set(register(value))]),
    ...[...constants].flatMap((value) => [...constantVector(constantScalar(value)!), ...set(register(value))]),
  ];
  const loop = [
    ...vectors.flatMap(({ value }, i) => [...at(1 + i), ...vector(simd.load), 4, 0, ...set(register(value))]),
    ...nodes.flatMap((node) => [...encodeNode(node, register), ...set(register(node.outputs[0]))]),
    ...results.flatMap(({ value }, i) => [
      ...at(firstResult + i),
      ...get(register(value)),
      ...vector(simd.store),
      4,
      0,
    ]),
  ];
  const next = [...get(offset), i32Constant, 16, i32Add, 0x22, ...unsigned(offset), ...get(length), i32Less, 0x0d, 0];
  return [...before, 0x03, 0x40, ...loop, ...next, end];
}

function encodeNode({ op, inputs }: GraphNode, register: (value: Value) => number): number[] {
  const operands = inputs.flatMap((value) => get(register(value)));
  if (op === "Reciprocal") return [...constantVector(1), ...operands, ...vector(arithmetic.Div)];
  return [...operands, ...vector(arithmetic[op])];
}

function constantVector(value: number): number[] {
  const bytes = [...new Uint8Array(Float32Array.of(value).buffer)];
  return [...vector(simd.constant), ...bytes, ...bytes, ...bytes, ...bytes];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

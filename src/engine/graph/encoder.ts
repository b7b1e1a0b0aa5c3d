import { Message } from "./protobuf.js";
import { type Attribute, type Attributes, type ConstantData, type DType, typeCodes } from "./value.js";

export interface EncodedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export interface EncodedNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** What an ONNX file holds. A dimension of -1 in an input or output is written as the symbol "rows". */
export interface ModelContent {
  readonly name: string;
  readonly nodes: readonly EncodedNode[];
  readonly inputs: readonly EncodedTensor[];
  readonly outputs: readonly EncodedTensor[];
  readonly constants: readonly (EncodedTensor & { readonly data: ConstantData })[];
  readonly metadata?: Readonly<Record<string, string>>;
}

const opset = 21;
const irVersion = 10;

/** Serialises a model in ONNX's protobuf format (onnx.proto3, IR version 10, opset 21). */
export function encodeModel(content: ModelContent): Uint8Array {
  const graph = new Message();
  for (const node of content.nodes) graph.message(1, encodeNode(node));
  graph.text(2, content.name);
  for (const constant of content.constants) graph.message(5, encodeTensor(constant));
  for (const input of content.inputs) graph.message(11, encodeValueInfo(input));
  for (const output of content.outputs) graph.message(12, encodeValueInfo(output));
  const model = new Message().integer(1, irVersion).text(2, "pidreg").message(7, graph);
  model.message(8, new Message().text(1, "").integer(2, opset));
  for (const domain of new Set(content.nodes.map(({ op }) => operatorOf(op).domain)))
    if (domain !== "") model.message(8, new Message().text(1, domain).integer(2, 1));
  for (const [key, value] of Object.entries(content.metadata ?? {}))
    model.message(14, new Message().text(1, key).text(2, value));
  return new Uint8Array(model.finish());
}

function encodeNode(node: EncodedNode): Message {
  const message = new Message();
  for (const input of node.inputs) message.text(1, input);
  for (const output of node.outputs) message.text(2, output);
  const { domain, name } = operatorOf(node.op);
  message.text(3, node.name).text(4, name);
  if (domain !== "") message.text(7, domain);
  for (const [name, value] of Object.entries(node.attributes)) message.message(5, encodeAttribute(name, value));
  return message;
}

/** Domain and name of an operator: those of ONNX itself have none, others are written `domain:Name`. */
function operatorOf(op: string): { readonly domain: string; readonly name: string } {
  const [name, domain = ""] = op.split(":").toReversed();
  return { domain, name };
}

/** AttributeProto: the value in the field of its kind, the kind's code in field 20. */
function encodeAttribute(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === "number") return message.integer(3, value).integer(20, 2);
  if (typeof value === "string") return message.text(4, value).integer(20, 3);
  if ("float" in value) return message.float(2, value.float).integer(20, 1);
  for (const entry of value) message.integer(8, entry);
  return message.integer(20, 7);
}

function encodeTensor({ name, shape, dtype, data }: EncodedTensor & { data: ConstantData }): Message {
  const message = new Message();
  for (const dim of shape) message.integer(1, dim);
  message.integer(2, typeCodes[dtype]).text(8, name);
  return message.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function encodeValueInfo({ name, shape, dtype }: EncodedTensor): Message {
  const dims = new Message();
  for (const dim of shape) dims.message(1, dim < 0 ? new Message().text(2, "rows") : new Message().integer(1, dim));
  const tensorType = new Message().integer(1, typeCodes[dtype]).message(2, dims);
  return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}

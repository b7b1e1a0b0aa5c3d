import { frozenSchema } from "./modalities/frozen.js";

type Tree = { [key: string]: unknown };

const frozenKeys = Object.keys(frozenSchema.shape);

/**
 * `type: onnx` under `model.encoder.modalities.NAME`, written out: the network stands at `data.modalities.NAME.frozen`, because
 * rows go through it before anything is trained, and the encoder of what it gives is a multilayer perceptron.
 */
export function withFrozen(tree: Tree): Tree {
  const { data, model = {} } = tree;
  const { encoder = {} } = isTree(model) ? model : {};
  const { modalities: changes = {} } = isTree(encoder) ? encoder : {};
  if (!isTree(data) || !isTree(data.modalities) || !isTree(model) || !isTree(encoder) || !isTree(changes)) return tree;
  const split = Object.entries(data.modalities).map(
    ([name, modality]) => [name, ...moved(modality, changes[name])] as const,
  );
  const modalities = Object.fromEntries(split.map(([name, modality]) => [name, modality]));
  const heads = split.flatMap(([name, , head]) => (head === undefined ? [] : [[name, head] as const]));
  if (heads.length === 0) return tree;
  const read = { ...encoder, modalities: { ...changes, ...Object.fromEntries(heads) } };
  return { ...tree, data: { ...data, modalities }, model: { ...model, encoder: read } };
}

/** A modality with its frozen network, and the encoder of what that gives; undefined where it has none. */
function moved(modality: unknown, change: unknown): readonly [modality: unknown, head?: Tree] {
  if (!isTree(modality)) return [modality];
  const asked: Tree = isTree(change) ? change : {};
  if (asked.type !== "onnx") return modality.frozen === undefined ? [modality] : [modality, { type: "mlp", ...asked }];
  const part = (frozen: boolean) =>
    Object.fromEntries(Object.entries(asked).filter(([key]) => frozenKeys.includes(key) === frozen));
  const network = { ...(isTree(modality.frozen) ? modality.frozen : {}), ...part(true) };
  return [
    { ...modality, frozen: network },
    { ...part(false), type: "mlp" },
  ];
}

/** A message about the network of `type: onnx` with the path that was written. @param tree before `withFrozen` */
export function atWritten(line: string, tree: unknown): string {
  const at = (keys: readonly string[]) =>
    keys.reduce<unknown>((node, key) => (isTree(node) && Object.hasOwn(node, key) ? node[key] : undefined), tree);
  const modalities = at(["data", "modalities"]);
  for (const name of isTree(modalities) ? Object.keys(modalities) : []) {
    const start = `data.modalities.${name}.frozen.`;
    if (!line.startsWith(start) || at(["model", "encoder", "modalities", name, "type"]) !== "onnx") continue;
    const [key] = line.slice(start.length).split(/[.:]/, 1);
    const frozen = at(["data", "modalities", name, "frozen"]);
    const wrote = at(["model", "encoder", "modalities", name, key]) !== undefined;
    if (wrote || !isTree(frozen)) return `model.encoder.modalities.${name}.${line.slice(start.length)}`;
  }
  return line;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

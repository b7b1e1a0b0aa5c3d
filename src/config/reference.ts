import type { z } from "zod";
import { configSchema } from "./schema.js";

/** One key of the config, as the reference shows it. */
export interface ConfigKey {
  /** `model.encoder.hidden`; `NAME` stands for a name the user chooses. */
  readonly path: string;
  readonly type: string;
  /** JSON of the default; null when the key is required or optional without one. */
  readonly default: string | null;
  readonly description: string;
}

interface Definition {
  readonly type: string;
  readonly innerType?: Node;
  readonly in?: Node;
  readonly shape?: Record<string, Node>;
  readonly valueType?: Node;
  readonly element?: Node;
  readonly options?: readonly Node[];
  readonly entries?: Record<string, string>;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
}

interface Node {
  readonly def: Definition;
  readonly description?: string;
}

/** Every key of the config with type, default and description, read from the schema itself. */
export function configKeys(): ConfigKey[] {
  return keysOf(configSchema as z.ZodType as unknown as Node, "");
}

function keysOf(node: Node, path: string): ConfigKey[] {
  const inner = unwrap(node);
  const { shape, valueType } = inner.node.def;
  if (shape !== undefined) {
    const join = (key: string) => (path === "" ? key : `${path}.${key}`);
    return Object.entries(shape).flatMap(([key, child]) => keysOf(child, join(key)));
  }
  if (valueType !== undefined && unwrap(valueType).node.def.shape !== undefined)
    return keysOf(valueType, `${path}.NAME`);
  return [{ path, type: typeText(inner.node), default: inner.default, description: inner.description }];
}

/** Strips defaults, optionals and refinements, keeping the outermost description and default. */
function unwrap(node: Node): { node: Node; default: string | null; description: string } {
  let current = node;
  let description = "";
  let fallback: string | null = null;
  for (;;) {
    const { def } = current;
    if (description === "" && current.description !== undefined) description = current.description;
    if (fallback === null && def.type === "default") fallback = JSON.stringify(def.defaultValue);
    const next = def.type === "pipe" ? def.in : def.innerType;
    if (next === undefined) return { node: current, default: fallback, description };
    current = next;
  }
}

function typeText(node: Node): string {
  const { type, entries, values, options, element, valueType } = node.def;
  if (entries !== undefined) return Object.values(entries).join(" | ");
  if (values !== undefined) return values.map(String).join(" | ");
  if (options !== undefined) return options.map((option) => typeText(unwrap(option).node)).join(" | ");
  if (element !== undefined) return `list of ${typeText(unwrap(element).node)}`;
  if (valueType !== undefined) return `mapping of ${typeText(unwrap(valueType).node)}`;
  return type;
}

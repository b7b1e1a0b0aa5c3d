import type { z } from "zod";
import { configSchema } from "./schema.js";

/** One key of the config, as the reference shows it. */
export interface ConfigKey {
  /** `model.encoder.hidden`; `NAME` stands for a name the user chooses. */
  readonly path: string;
  /** `whole number 1 to 1024`, `adamw | adam` */
  readonly type: string;
  /** JSON of the default; null when the key is required or optional without one. */
  readonly default: string | null;
  readonly required: boolean;
  readonly description: string;
}

/** The keys directly below one mapping of the config. */
export interface ConfigSection {
  /** `model.encoder`; empty for the config itself. */
  readonly path: string;
  /** `array`: which form of the mapping this is, where it has several. */
  readonly kind?: string;
  readonly description: string;
  readonly keys: readonly ConfigKey[];
}

interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly innerType?: Node;
  readonly in?: Node;
  readonly shape?: Record<string, Node>;
  readonly valueType?: Node;
  readonly element?: Node;
  /** Places of a list of so many. */
  readonly items?: readonly Node[];
  readonly options?: readonly Node[];
  readonly entries?: Record<string, string>;
  readonly values?: readonly unknown[];
  readonly checks?: readonly { readonly _zod: { readonly def: Bound } }[];
  readonly defaultValue?: unknown;
}

interface Bound {
  readonly check: string;
  readonly value?: unknown;
  readonly inclusive?: boolean;
}

interface Node {
  readonly def: Definition;
  readonly description?: string;
}

/** Every key of the config, by section, read from the schema itself. */
export function configSections(): ConfigSection[] {
  // What zod knows of a schema is typed for each of its kinds; the walk below asks any of them.
  return sectionsOf(configSchema as z.ZodType as unknown as Node, "");
}

/** Every key of the config with type, default and description. */
export function configKeys(): ConfigKey[] {
  return configSections().flatMap(({ keys }) => keys);
}

function sectionsOf(node: Node, path: string): ConfigSection[] {
  const { node: plain, description } = unwrap(node);
  const keys: ConfigKey[] = [];
  const below: ConfigSection[] = [];
  for (const [key, child] of Object.entries(plain.def.shape ?? {})) {
    const at = path === "" ? key : `${path}.${key}`;
    const inner = unwrap(child);
    const { shape, valueType } = inner.node.def;
    const named = valueType === undefined ? [] : mappingsOf(unwrap(valueType).node, valueType);
    if (shape !== undefined) below.push(...sectionsOf(child, at));
    else if (named.length === 1) below.push(...describedBy(inner.description, sectionsOf(named[0], `${at}.NAME`)));
    else if (named.length > 1) below.push(...named.flatMap((form) => ofKind(form, sectionsOf(form, `${at}.NAME`))));
    else keys.push({ path: at, type: typeText(inner.node), ...pick(inner) });
  }
  return [{ path, description, keys }, ...below].filter((section) => section.keys.length > 0);
}

/** The mappings that a value may be; none where it is something else. */
function mappingsOf({ def }: Node, node: Node): readonly Node[] {
  if (def.shape !== undefined) return [node];
  const forms = def.options ?? [];
  return forms.every((form) => unwrap(form).node.def.shape !== undefined) ? forms : [];
}

/** Sections of one form of a mapping that has several, told apart by the value of its key `kind`. */
function ofKind(form: Node, [first, ...rest]: ConfigSection[]): ConfigSection[] {
  const kind = unwrap(form).node.def.shape?.kind;
  return [{ ...first, kind: kind === undefined ? "" : typeText(unwrap(kind).node) }, ...rest];
}

function describedBy(description: string, [first, ...rest]: ConfigSection[]): ConfigSection[] {
  return [{ ...first, description }, ...rest];
}

type Unwrapped = Pick<ConfigKey, "default" | "required" | "description"> & { readonly node: Node };

function pick({ default: fallback, required, description }: Unwrapped) {
  return { default: fallback, required, description };
}

/** Strips defaults, optionals and refinements, keeping the outermost description and default. */
function unwrap(node: Node): Unwrapped {
  let current = node;
  let description = "";
  let fallback: string | null = null;
  let required = true;
  for (;;) {
    const { def } = current;
    if (description === "" && current.description !== undefined) description = current.description;
    if (fallback === null && def.type === "default") fallback = JSON.stringify(def.defaultValue);
    if (def.type === "default" || def.type === "optional" || def.type === "prefault") required = false;
    const next = def.type === "pipe" ? def.in : def.innerType;
    if (next === undefined) return { node: current, default: fallback, required, description };
    current = next;
  }
}

function typeText(node: Node): string {
  const { type, entries, values, options, element, items, valueType, shape } = node.def;
  const below = (inner: Node) => typeText(unwrap(inner).node);
  if (entries !== undefined) return Object.values(entries).join(" | ");
  if (values !== undefined) return values.map(String).join(" | ");
  if (options !== undefined) return options.map(below).join(" | ");
  if (items !== undefined) return `list of ${[...new Set(items.map(below))].join(", ")} (${items.length} in all)`;
  if (element !== undefined) return `list of ${below(element).replace(/^(whole )?(number|string)/, "$1$2s")}`;
  if (shape !== undefined) return `{ ${Object.keys(shape).join(", ")} }`;
  if (valueType !== undefined) return `mapping of ${below(valueType)}`;
  return type === "number" ? numberText(node.def) : type;
}

/** `number 0 to 1`, `whole number ≥ 8`, `number > 0, < 1` */
function numberText({ format, checks = [] }: Definition): string {
  const name = format === "safeint" ? "whole number" : "number";
  const bound = (check: string) => checks.map((entry) => entry._zod.def).find((entry) => entry.check === check);
  const low = bound("greater_than");
  const high = bound("less_than");
  if (low?.inclusive === true && high?.inclusive === true) return `${name} ${low.value} to ${high.value}`;
  const limit = (entry: Bound | undefined, mark: string) =>
    entry === undefined ? [] : [`${entry.inclusive ? { "<": "≤", ">": "≥" }[mark] : mark} ${entry.value}`];
  const limits = [...limit(low, ">"), ...limit(high, "<")].join(", ");
  return limits === "" ? name : `${name} ${limits}`;
}

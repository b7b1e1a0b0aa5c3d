/// <reference lib="dom" />
import { formatNumber } from "../../report/text.js";
import { shown } from "../../shown.js";

/** What an element may hold. */
export type Content = Node | string | null;

type Attributes = Readonly<Record<string, string | number | boolean | null | ((event: Event) => void)>>;

/**
 * An element with attributes, listeners (`onclick`) and contents. Text never is read as HTML, and what would turn or hide it is
 * shown as an escape.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...contents: readonly Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  give(element, attributes, contents);
  return element;
}

/** The same of a drawing. */
export function svg(name: string, attributes: Attributes = {}, ...contents: readonly Content[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  give(element, attributes, contents);
  return element;
}

function give(element: Element, attributes: Attributes, contents: readonly Content[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, String(value));
  }
  element.append(...contents.flatMap((content) => (content === null ? [] : [asNode(content)])));
}

function asNode(content: Node | string): Node | string {
  return typeof content === "string" ? shown(content) : content;
}

/** Puts other contents into an element. */
export function fill(element: Element, ...contents: readonly Content[]): void {
  element.replaceChildren(...contents.flatMap((content) => (content === null ? [] : [asNode(content)])));
}

/** A place of the page that the program fills. */
export function placeOf(id: string): HTMLElement {
  const found = document.getElementById(`app-${id}`);
  if (found === null) throw new Error(`the page has no place "${id}"`);
  return found;
}

/** A number as the page writes it; a dash where there is none. */
export function numberText(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "\u2013";
  return Number.isFinite(value) ? formatNumber(value, digits) : value > 0 ? "\u221e" : "\u2212\u221e";
}

/// <reference lib="dom" />
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "./browser.js";

/** A node of what a screen reader is told of a page. */
export interface AccessibleNode {
  readonly role: string;
  readonly name: string;
  /** Of a heading. */
  readonly level: number | null;
}

interface RawNode {
  readonly nodeId: string;
  readonly childIds?: readonly string[];
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value: unknown } }[];
}

/** What a screen reader is told of a page, in its order. */
export async function accessibleNodes(page: Page): Promise<AccessibleNode[]> {
  const { nodes } = (await page.ask("Accessibility.getFullAXTree")) as { readonly nodes: readonly RawNode[] };
  return inOrder(nodes)
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, properties = [] }) => {
      const level = properties.find((property) => property.name === "level")?.value.value;
      return { role: role?.value ?? "", name: name?.value ?? "", level: typeof level === "number" ? level : null };
    });
}

/** A node before its children, and these in their order; the protocol gives all nodes of a depth before those below. */
function inOrder(nodes: readonly RawNode[]): RawNode[] {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const walked = (node: RawNode): RawNode[] => [
    node,
    ...(node.childIds ?? []).flatMap((id) => {
      const child = byId.get(id);
      return child === undefined ? [] : walked(child);
    }),
  ];
  return nodes.length === 0 ? [] : walked(nodes[0]);
}

/** Roles whose nodes must have a name. */
const named = new Set([
  ...["button", "textbox", "searchbox", "combobox", "MenuListPopup", "slider", "checkbox", "link", "progressbar"],
  ...["table", "image", "img", "DisclosureTriangle", "heading", "columnheader", "rowheader"],
]);

/** What a screen reader could not tell: nodes without a name, and headings that leave out a level. */
export function namelessFaults(nodes: readonly AccessibleNode[]): string[] {
  const nameless = nodes.filter(({ role, name }) => named.has(role) && name.trim() === "" && role !== "MenuListPopup");
  return nameless.map(({ role }) => `a ${role} without a name`);
}

/** Headings of the page in the order in which they stand, where one is more than a level below the one before it. */
export async function headingFaults(page: Page): Promise<string[]> {
  const headings = await page.evaluate(() =>
    [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
      .filter((element) => element.checkVisibility())
      .map(({ tagName, textContent }) => ({ level: Number(tagName[1]), text: textContent ?? "" })),
  );
  return headings.flatMap(({ level, text }, i) =>
    level > (headings[i - 1]?.level ?? 0) + 1 ? [`"${text}" is of level ${level}`] : [],
  );
}

/** What axe-core finds wrong with a page: rule, and the elements. Contrast is looked at by `contrastFaults`. */
export async function axeFaults(page: Page): Promise<string[]> {
  const program = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.ask("Runtime.evaluate", { expression: program });
  return page.call(async () => {
    interface Found {
      readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
    }
    const { axe } = window as unknown as { readonly axe: { readonly run: (on: Document) => Promise<Found> } };
    const { violations } = await axe.run(document);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, null);
}

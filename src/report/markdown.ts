import { tables } from "@joplin/turndown-plugin-gfm";
import Turndown from "turndown";
import { shown } from "../shown.js";
import type { Html } from "./html.js";

/** GitHub-flavoured Markdown of a piece of a report; text that came from data stays text, never HTML. */
export function toMarkdown({ text }: Html): string {
  return converter.turndown(text);
}

/** Text as it may stand in Markdown: nothing in it is markup. */
export function escapeMarkdown(text: string): string {
  return converter.escape(shown(text));
}

const converter = new Turndown({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
converter.use(tables);
const markup = converter.escape.bind(converter);
// Turndown leaves what would be HTML in Markdown as it is.
converter.escape = (text) => markup(text).replace(/[&<>]/g, (c) => entities[c]);

// The report's listings are a <pre> without the <code> that Turndown looks for.
converter.addRule("listing", {
  filter: "pre",
  replacement: (_content, { textContent }) =>
    `\n\n${fence(textContent ?? "")}\n${(textContent ?? "").trimEnd()}\n${fence(textContent ?? "")}\n\n`,
});

/** Longer than any row of backticks in the text. */
function fence(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((row) => row.length));
  return "`".repeat(longest + 1);
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/// <reference lib="dom" />
import { shown } from "../../shown.js";
import { el, numberText } from "./dom.js";

/** A labelled amount, drawn from zero. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Name of a colour of the page. */
  readonly colour: string;
}

/** Amounts as bars from a common zero, each with its number: a table that is drawn. @param caption what they are, and their unit */
export function bars(
  caption: string,
  all: readonly Bar[],
  text = (value: number) => numberText(value, 3),
): HTMLElement {
  const low = Math.min(0, ...all.map(({ value }) => value));
  const high = Math.max(0, ...all.map(({ value }) => value));
  const width = high - low || 1;
  const share = (value: number) => `${(100 * value) / width}%`;
  const rows = all.map(({ label, value, colour }) => {
    const bar = el("span", { class: "bar" });
    bar.style.left = share(Math.min(0, value) - low);
    bar.style.width = share(Math.abs(value));
    bar.style.background = `var(--${colour})`;
    const zero = el("span", { class: "zero" });
    zero.style.left = share(-low);
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, label),
      el("td", { class: "track", "aria-hidden": "true" }, el("span", { class: "lane" }, zero, bar)),
      el("td", { class: "number" }, text(value)),
    );
  });
  return el("table", { class: "bars" }, el("caption", {}, shown(caption)), el("tbody", {}, ...rows));
}

/** Colour of a modality, or of a product of several. */
export function termColour(term: string, modalities: readonly string[]): string {
  const at = modalities.indexOf(term);
  return at < 0 ? "synergy" : `modality${at % 6}`;
}

/// <reference lib="dom" />
import type { Picture } from "../../modalities/kind.js";
import type { RowLook } from "../pictures.js";
import { el } from "./dom.js";

/** Pixels on the page of the longest side of a picture. */
const longestSide = 288;

/** What of a drawing is seen, by the kind of the modality. */
const drawn: Readonly<Record<string, string>> = {
  image: "picture",
  sequence: "values over time",
  volume: "middle slices along the three axes",
  array: "array",
};

/** What else is said of a drawing, by the kind and the shape of a row. */
const further: Readonly<Record<string, (shape: readonly number[]) => string>> = {
  sequence: ([, channels]) => channelsText(channels),
};

/** The pictures, sequences and volumes of a row, as the model reads them; null where the row is columns of a table alone. */
export function looksPart(looks: readonly RowLook[]): HTMLElement | null {
  if (looks.length === 0) return null;
  return el(
    "div",
    { id: "looks" },
    el("h3", {}, "As the model reads it"),
    el("div", { class: "looks" }, ...looks.map(figure)),
  );
}

function figure({ modality, kind, shape, picture, lacks }: RowLook): HTMLElement {
  const size = shape.join(" x ");
  if (lacks !== undefined) return el("p", {}, `${modality}: none. It ${lacks}.`);
  if (picture === null) return el("p", {}, `${modality}: ${size} numbers, which are not drawn.`);
  const caption = `${modality}: ${drawn[kind] ?? "numbers"}, ${size}${further[kind]?.(shape) ?? ""}`;
  return el("figure", {}, canvas(picture, caption), el("figcaption", {}, caption));
}

/** Up to four channels are lines, more are rows of grey. */
function channelsText(channels: number): string {
  if (channels === 1) return "";
  return channels > 4 ? ", the first channel at the foot" : ", a line for each channel";
}

function canvas({ width, height, channels, pixels }: Picture, label: string): HTMLCanvasElement {
  const element = el("canvas", { width, height, role: "img", "aria-label": label });
  const scale = Math.max(1, Math.min(longestSide / Math.max(width, height), 160 / Math.min(width, height)));
  element.style.width = `${Math.round(width * scale)}px`;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = pixels[i * channels + (channels === 1 ? 0 : c)];
    image.data[4 * i + 3] = 255;
  }
  element.getContext("2d")?.putImageData(image, 0, 0);
  return element;
}

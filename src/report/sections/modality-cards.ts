import type { ModalityCards } from "../../record/modality-cards.js";
import { type Html, html, table } from "../html.js";
import { pngUrl } from "../png.js";
import { formatCount } from "../text.js";

/** What a picture of a row shows, where that is not the row as it is. */
const drawnAs: Readonly<Record<string, string>> = {
  sequence: ", time from left to right, the first channel lowest where there are many",
  volume: ", the middle slices along its three axes",
};

/** Modalities that lie in files beside the table: where, of which shape, how decoded, and what some rows look like. */
export function modalityCards(cards: ModalityCards | undefined): Html | null {
  const entries = Object.entries(cards ?? {});
  if (entries.length === 0) return null;
  const said = (["decoded", "augment"] as const).filter((key) => entries.some(([, card]) => card[key] !== undefined));
  const facts = table(
    [
      ["modality", "text"],
      ["file", "text"],
      ["type", "text"],
      ["shape of a row", "text"],
      ["rows of the file", "number"],
      ["rows that lack it", "number"],
      ["normalise", "text"],
      ...said.map((key): [string, "text"] => [
        key === "decoded" ? "decoding" : "changed at random in training",
        "text",
      ]),
    ],
    entries.map(([name, { file, dtype, shape, rows, lacking, normalise, ...card }]) => [
      name,
      file,
      dtype,
      // no line ends within a shape
      shape.join("\u00a0×\u00a0"),
      formatCount(rows),
      formatCount(lacking),
      normalise,
      ...said.map((key) => card[key] ?? ""),
    ]),
  );
  const drawn = entries.filter(([, { pictures }]) => pictures.length > 0);
  return html`${facts}${drawn.map(
    ([
      name,
      { kind, pictures },
    ]) => html`<p class="quiet">Rows of <b>${name}</b>${drawnAs[kind] ?? ""}, each between its least and its largest value:</p>
      <p>${pictures.map(
        ({ id, width, height, channels, pixels }) =>
          html`<img src="${pngUrl({ width, height, channels, pixels: Buffer.from(pixels, "base64") })}" alt="row ${id}"
            title="row ${id}" width="${2 * width}" height="${2 * height}"> `,
      )}</p>`,
  )}`;
}

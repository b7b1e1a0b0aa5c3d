import type { Dataset } from "../data/dataset.js";
import { type RowStore, valuesOf } from "../data/rows.js";
import { storesOf } from "../data/stores.js";
import type { ModalityCard, ModalityKind, Picture } from "./kind.js";
import { kindOf, kindOfFitted } from "./kinds.js";
import { type Features, type Preparations, storeOf } from "./prepare.js";

/** A picture of a row, its bytes as base64. */
export interface RowPicture extends Omit<Picture, "pixels"> {
  readonly id: string;
  readonly pixels: string;
}

/** What data.json says of a modality that is no table. */
export interface DataCard extends ModalityCard {
  readonly pictures: readonly RowPicture[];
}

/** Rows that are drawn. */
const mostPictures = 8;

/** Cards of the modalities that are no tables, by name; undefined where all are. */
export async function dataCards(
  dataset: Features & Pick<Dataset, "rowIds">,
  { modalities }: Pick<Preparations, "modalities">,
): Promise<Readonly<Record<string, DataCard>> | undefined> {
  const stores = storesOf(dataset);
  const cards: [string, DataCard][] = [];
  for (const fitted of modalities) {
    const kind = kindOfFitted(fitted);
    const store = storeOf(stores, fitted);
    const card = kind.describe(fitted, store);
    if (card === null) continue;
    const shown = store.drawn ?? store;
    const { draw } = store.drawn === undefined ? kind : kindOf(shown.kind);
    cards.push([fitted.name, { ...card, pictures: await pictures(draw, shown, dataset.rowIds) }]);
  }
  return cards.length === 0 ? undefined : Object.fromEntries(cards);
}

/** A row as it is drawn; null where there is no picture of it. */
export async function drawnRow(
  { draw }: Pick<ModalityKind<never>, "draw">,
  store: RowStore,
  row: number,
  id: string,
): Promise<RowPicture | null> {
  const values = new Float64Array(valuesOf(store.shape));
  await store.read([row], values);
  const picture = draw(store.shape, values);
  if (picture === null) return null;
  const { pixels, ...size } = picture;
  return { id, ...size, pixels: Buffer.from(pixels).toString("base64") };
}

/** The first rows that have the modality, where they can be drawn. */
async function pictures(
  draw: (shape: readonly number[], row: Float64Array) => Picture | null,
  store: RowStore,
  ids: readonly string[],
): Promise<RowPicture[]> {
  const width = valuesOf(store.shape);
  const drawn: RowPicture[] = [];
  for (let row = 0; row < store.rows && drawn.length < mostPictures; row++) {
    if (store.gaps[row] === width) continue;
    const picture = await drawnRow({ draw }, store, row, ids[row]);
    if (picture === null) return [];
    drawn.push(picture);
  }
  return drawn;
}

import { patchAt, placesShown } from "../../modalities/shaped/patches.js";
import type { OccludedModality, OccludedRow, OcclusionDocument } from "../../record/occlusion-schemas.js";
import type { RunFiles } from "../../record/read-run.js";
import { amount } from "../amount.js";
import { type Html, html } from "../html.js";
import { pngUrl } from "../png.js";
import type { Section } from "../section.js";
import { formatBits, formatPercent } from "../text.js";
import { withUnit } from "../with-unit.js";

/** Red and blue of the diverging scale: what a patch adds, and what it takes away. */
const colours = { more: [178, 24, 43], less: [33, 102, 172] } as const;
const luminance = [0.299, 0.587, 0.114] as const;
/** Up to which a small picture is enlarged, in pixels of the page: its shorter and its longer side. */
const sides = { shorter: 128, longer: 288 } as const;

/** Where in pictures, sequences and volumes the model finds what it tells; null where nothing was measured. */
export function occlusionSection(run: RunFiles): Section | null {
  const { occlusion } = run;
  if (occlusion === null) return null;
  const drawn = Object.entries(occlusion.modalities).filter(([, { rows }]) =>
    rows.some(({ picture }) => picture !== null),
  );
  if (drawn.length === 0) return null;
  return {
    id: "occlusion",
    title: "Where rows tell what they tell",
    reading: drawn.map(([name, modality]) => readingOf(name, modality, occlusion)),
    figures: [],
    legend: html`Of each row: as it is drawn; the bits about ${occlusion.target} that the modality loses without a patch; what the prediction loses. Red: less
      without it, the patch adds; blue: more without it, the patch takes away; each map between 0 and its own largest amount, which stands below.
      A patch is replaced by the mean of the training rows, as if nothing were there: what several patches show alike is not lost with one
      of them, and a hole may itself look like something. Maps say what this model does with a row, not what causes what.`,
    body: html`${drawn.map(([name, modality]) => modalityMaps(run, name, modality))}`,
  };
}

function readingOf(name: string, { rows, sizes }: OccludedModality, { testRows }: OcclusionDocument): Html {
  const misleading = rows.filter(({ role }) => role === "misleading").length;
  const none = misleading === 0 ? "none misleads" : `${misleading} that it misleads about most`;
  return html`<b>${name}</b>: patches of ${sizes.join(" × ")} in turn, in the ${rows.length - misleading} of ${testRows} test rows that it tells most
    of, and ${none}.`;
}

function modalityMaps(run: RunFiles, name: string, modality: OccludedModality): Html {
  const group = (role: OccludedRow["role"], title: string) => {
    const rows = modality.rows.filter((row) => row.role === role);
    if (rows.length === 0) return null;
    return html`<p class="quiet"><b>${name}</b>, ${title}:</p><div class="maps">${rows.map((row) => rowMaps(run, modality, row))}</div>`;
  };
  return html`${group("informative", "most informative")}${group("misleading", "most misleading")}`;
}

function rowMaps(run: RunFiles, modality: OccludedModality, row: OccludedRow): Html | null {
  const { picture, id, information, value, informationLost, predictionMoved } = row;
  if (picture === null) return null;
  const most = (map: readonly number[]) => Math.max(...map.map(Math.abs));
  const [target] = run.metrics.targets;
  const moved = row.class === undefined ? amount(most(predictionMoved), 3) : formatPercent(most(predictionMoved));
  const predicted = row.class === undefined ? amount(value, 4) : `${row.class} (${formatPercent(value)})`;
  const maps = [
    image(picture, picture.channels === 1 ? grey(picture) : bytesOf(picture), `row ${id}: as it is drawn`),
    image(picture, mapped(modality, picture, informationLost), `row ${id}: bits lost without each patch`),
    image(picture, mapped(modality, picture, predictionMoved), `row ${id}: prediction lost without each patch`),
  ];
  return html`<figure class="map"><div class="${isWide(picture) ? "drawn wide" : "drawn"}">${maps}</div><figcaption>row ${id}: ${formatBits(information)} bits, ${withUnit(run.metrics, target)} predicted ${predicted}; up to
    ${formatBits(most(informationLost))} bits, ${moved}</figcaption></figure>`;
}

/** Slices and pictures side by side, and lines in time, stand below each other. */
function isWide({ width, height }: Drawn): boolean {
  return width > 2 * height;
}

type Drawn = NonNullable<OccludedRow["picture"]>;

function bytesOf({ pixels }: Drawn): Uint8Array {
  return Buffer.from(pixels, "base64");
}

/** Luma of each pixel (ITU-R BT.601), three times: colours are those of the map alone. */
function grey(picture: Drawn): Uint8Array {
  const { width, height, channels } = picture;
  const given = bytesOf(picture);
  const luma = (i: number) =>
    channels === 1 ? given[i] : luminance.reduce((sum, w, c) => sum + w * given[3 * i + c], 0);
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.round(luma(Math.floor(i / 3))));
}

/** A map over the drawn row, whose grey stays visible beneath it. */
function mapped(modality: OccludedModality, picture: Drawn, map: readonly number[]): Uint8Array {
  const pixels = grey(picture);
  const most = Math.max(...map.map(Math.abs));
  placesShown(modality.kind, modality.shape, picture).forEach((place, i) => {
    const value = place === null || most === 0 ? 0 : map[patchAt(modality, place)] / most;
    const colour = value > 0 ? colours.more : colours.less;
    const share = 0.75 * Math.abs(value);
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = Math.round((1 - share) * pixels[i * 3 + c] + share * colour[c]);
  });
  return pixels;
}

function image({ width, height }: Drawn, pixels: Uint8Array, alt: string): Html {
  const enlarged = Math.min(sides.shorter / Math.min(width, height), sides.longer / Math.max(width, height));
  const scale = Math.max(1, Math.floor(enlarged));
  return html`<img src="${pngUrl({ width, height, channels: 3, pixels })}" alt="${alt}" title="${alt}" width="${scale * width}" height="${scale * height}"> `;
}

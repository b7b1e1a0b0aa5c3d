/// <reference lib="dom" />

import type { CellValue } from "../../data/changed-rows.js";
import { formatPercent } from "../../report/text.js";
import { cellText, type Feature } from "../features.js";
import type { PageModel } from "../model.js";
import type { Pace } from "../pace.js";
import { type AskedRow, atomsIf, predictAlong } from "../row.js";
import type { PredictedRows } from "../table.js";
import { bars, termColour } from "./bars.js";
import { chart, type Line } from "./charts.js";
import { el, fill, numberText } from "./dom.js";

/** A column of a modality that a row can be moved along. */
export type MovedFeature = Omit<Feature, "modality"> & { readonly modality: string };

/** Values along which a number is moved. */
const steps = 25;

/** One input of a row is changed: by how much do prediction and atoms move with it? */
export class MovePart {
  readonly element: HTMLElement;
  private readonly select: HTMLSelectElement;
  private readonly control = el("div", { class: "field" });
  private readonly drawings = el("div", { class: "columns", id: "curves" });
  private readonly features: readonly MovedFeature[];
  private again: () => Promise<void> = async () => undefined;

  constructor(
    features: readonly MovedFeature[],
    private readonly change: (feature: MovedFeature, value: CellValue) => void,
  ) {
    this.features = features.filter(({ range, levels }) => range !== null || levels.length > 0);
    const redraw = () => void this.again();
    this.select = el(
      "select",
      { id: "moved", onchange: redraw },
      ...this.features.map(({ column, modality }, i) => el("option", { value: i }, `${column} (${modality})`)),
    );
    this.element = el(
      "div",
      { id: "move", hidden: this.features.length === 0 },
      el("h3", {}, "Change one input"),
      el("div", { class: "field" }, el("label", { for: "moved" }, "Input"), this.select),
      this.control,
      this.drawings,
      el(
        "p",
        { class: "quiet" },
        "Everything else stays as it is, so that a changed row may be unlike any real one; it tells what the model makes of it, not what causes what.",
      ),
    );
  }

  /** @param point values of the targets at which atoms are read */
  async draw(
    model: PageModel,
    asked: AskedRow,
    point: readonly number[],
    cell: (feature: MovedFeature) => CellValue,
    pace: Pace,
  ): Promise<void> {
    this.again = async () => {
      const feature = this.features[Number(this.select.value)];
      if (feature === undefined) return;
      const own = cell(feature);
      this.drawControl(feature, own);
      if (asked.without.includes(feature.modality)) {
        fill(this.drawings, el("p", {}, "Its modality is taken away."));
        return;
      }
      const values = valuesAlong(feature);
      const along = { modality: feature.modality, column: feature.column, values };
      const moved = await predictAlong(model, asked, along, pace);
      const atoms = moved.missing[0].length > 0 ? null : await atomsIf(model, asked, point, pace, along);
      const drawn = { feature, values, own, moved, atoms };
      fill(this.drawings, ...(feature.range === null ? levelBars(model, drawn) : curves(model, drawn)));
    };
    await this.again();
  }

  private drawControl(feature: MovedFeature, own: CellValue): void {
    const { range, levels } = feature;
    const active = document.activeElement?.id === "moved-to";
    const output = el("output", { for: "moved-to" }, own === null ? "missing" : shownCell(feature, own));
    const set = (event: Event) => {
      const { value } = event.target as HTMLInputElement;
      this.change(feature, range === null ? value : Number(value));
    };
    const input =
      range === null
        ? el(
            "select",
            { id: "moved-to", onchange: set },
            ...levels.map((level) => el("option", { value: level, selected: level === own }, level)),
          )
        : el("input", {
            id: "moved-to",
            type: "range",
            min: range.min,
            max: range.max,
            step: (range.max - range.min) / 200 || 1,
            value: typeof own === "number" ? own : range.median,
            oninput: set,
          });
    if (active && input.tagName === document.activeElement?.tagName && range !== null) {
      // The slider that is being moved stays, so that it is not let go of.
      this.control.querySelector("output")?.replaceChildren(output.textContent ?? "");
      return;
    }
    fill(this.control, el("label", { for: "moved-to" }, feature.column), input, output);
    if (active) input.focus();
  }
}

interface Drawn {
  readonly feature: MovedFeature;
  readonly values: readonly CellValue[];
  readonly own: CellValue;
  readonly moved: PredictedRows;
  readonly atoms: Awaited<ReturnType<typeof atomsIf>> | null;
}

function valuesAlong({ range, levels }: MovedFeature): readonly CellValue[] {
  if (range === null) return levels;
  return Array.from({ length: steps }, (_, i) => range.min + ((range.max - range.min) * i) / (steps - 1));
}

function shownCell(feature: MovedFeature, value: CellValue): string {
  if (typeof value !== "number") return String(value);
  return feature.kind === "date" ? cellText(feature, value).slice(0, 10) : numberText(value);
}

/** What is drawn of the prediction: a line per target, or per class. */
function predictionLines({ stored }: PageModel, moved: PredictedRows, t: number): Line[] {
  const { names, classes } = stored.coding;
  const { prediction } = moved.explained;
  const rows = moved.missing.length;
  const column = (values: Float64Array, width: number, k: number) =>
    Array.from({ length: rows }, (_, i) => values[i * width + k]);
  if (classes !== undefined) {
    return classes.map((label, k) => ({
      label,
      colour: `modality${k % 6}`,
      y: column(prediction, classes.length, k),
      dash: dashes[k % dashes.length],
    }));
  }
  const { ends } = moved.intervals ?? {};
  const band = ends && { low: column(ends.low, names.length, t), high: column(ends.high, names.length, t) };
  const finite = band !== undefined && [...band.low, ...band.high].every(Number.isFinite);
  return [
    { label: names[t], colour: "modality0", y: column(prediction, names.length, t), ...(finite ? { band } : {}) },
  ];
}

/** Lines of a chart are told apart by these too. */
const dashes = ["", "7 3", "2 3", "8 3 2 3"];

function atomLines({ stored }: PageModel, atoms: NonNullable<Drawn["atoms"]>): Line[] {
  const modalities = stored.model.architecture.modalities.map(({ name }) => name);
  return [
    ...Object.entries(atoms.unique).map(([name, y]) => ({
      label: `only ${name}`,
      colour: termColour(name, modalities),
      y: [...y],
    })),
    { label: modalities.length > 2 ? "in all" : "both", colour: "redundancy", y: [...atoms.redundancy], dash: "7 3" },
    { label: "only together", colour: "synergy", y: [...atoms.synergy], dash: "2 3" },
  ];
}

function curves(model: PageModel, { feature, values, own, moved, atoms }: Drawn): HTMLElement[] {
  const { names, classes } = model.stored.coding;
  const x = values as readonly number[];
  const at = typeof own === "number" ? own : Number.NaN;
  const shared = { x, at, xText: (value: number) => shownCell(feature, value) };
  const framed = (title: string, lines: readonly Line[]) =>
    el(
      "figure",
      {},
      el("figcaption", {}, title),
      chart({ ...shared, lines, description: `${title}, over ${feature.column}: ${lines.map(describe).join("; ")}` }),
      lines.length > 1 ? legend(lines) : null,
    );
  const predictions = (classes === undefined ? names : names.slice(0, 1)).map((name, t) =>
    framed(
      classes === undefined ? `Prediction of ${name}` : "Probability of each class",
      predictionLines(model, moved, t),
    ),
  );
  return [...predictions, ...(atoms === null ? [] : [framed("Sample-level atoms, bits", atomLines(model, atoms))])];
}

function describe({ label, y }: Line): string {
  return `${label} from ${numberText(y[0], 3)} to ${numberText(y[y.length - 1], 3)}`;
}

function legend(lines: readonly Line[]): HTMLElement {
  const items = lines.map(({ label, colour, dash }) => {
    const mark = el("span", { class: `mark ${dash ? "dashed" : ""}`, "aria-hidden": "true" });
    mark.style.borderTopColor = `var(--${colour})`;
    return el("li", {}, mark, label);
  });
  return el("ul", { class: "legend" }, ...items);
}

/** Of a category, what is predicted of each of its values. */
function levelBars(model: PageModel, { values, moved }: Drawn): HTMLElement[] {
  const { names, classes } = model.stored.coding;
  const { prediction } = moved.explained;
  const width = classes?.length ?? names.length;
  const titles =
    classes === undefined
      ? names.map((name) => `Prediction of ${name}`)
      : classes.map((label) => `Probability of ${label}`);
  return titles.map((title, k) =>
    bars(
      title,
      values.map((level, i) => ({
        label: String(level),
        value: prediction[i * width + k],
        colour: `modality${k % 6}`,
      })),
      classes === undefined ? undefined : formatPercent,
    ),
  );
}

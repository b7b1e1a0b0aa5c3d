/// <reference lib="dom" />

import type { CellValue } from "../../data/changed-rows.js";
import { formatCount, formatPercent } from "../../report/text.js";
import { cellText, type Feature, standingOf } from "../features.js";
import type { PredictedRows } from "../table.js";
import { standing } from "./charts.js";
import { el, fill, numberText } from "./dom.js";

/** Inputs that are shown of a model of many, beside those that lie outside. */
const firstShown = 40;

/** Whether the reader has asked for all inputs. */
export interface ShownInputs {
  all: boolean;
}

/** An input of a row, drawn when it is shown. */
interface Input {
  readonly outside: boolean;
  readonly row: () => HTMLElement;
}

/**
 * Where every input of a row stands among those of the training part; what lies outside is marked and said. Of many the first ones
 * are drawn, and all when the reader asks for them.
 */
export function inputsPart(
  features: readonly Feature[],
  { ready }: PredictedRows,
  cell: (feature: Feature) => CellValue,
  shown: ShownInputs,
): HTMLElement {
  const read = (feature: Feature) =>
    ready.watched.find(({ modality, column }) => modality === feature.modality && column === feature.column);
  const ofTables = features
    .filter(({ modality }) => modality !== null)
    .map((feature) => {
      const value = cell(feature);
      const watched = read(feature);
      // Of a cleaned column, what is left of the value is what the model compares.
      const own = watched === undefined ? (typeof value === "number" ? value : null) : known(watched.values[0]);
      return inputOf(feature, value, own);
    });
  // Of pictures and other rows of files, what is compared is the mean of a row.
  const named = new Set(features.map(({ modality, column }) => `${modality}\n${column}`));
  const ofFiles = ready.watched
    .filter(({ modality, column }) => !named.has(`${modality}\n${column}`))
    .map(({ modality, column, range, values }) => {
      const value = known(values[0]);
      const feature = { modality, column, range, kind: "number", levels: [], start: null, cleaned: false } as const;
      return inputOf(feature, value, value);
    });
  const heads = ["input", "value", "among the training values", "place"];
  const head = heads.map((name, i) => el("th", { scope: "col", class: i === 1 ? "number" : "text" }, name));
  const inputs = [...ofTables, ...ofFiles];
  const some = inputs.filter(({ outside }, i) => shown.all || i < firstShown || outside);
  const body = el("tbody", {}, ...some.map(({ row }) => row()));
  const more = el(
    "button",
    {
      type: "button",
      onclick: () => {
        shown.all = true;
        more.remove();
        fill(body, ...inputs.map(({ row }) => row()));
        scroll.focus();
      },
    },
    `Show all ${formatCount(inputs.length)} inputs`,
  );
  const scroll = el(
    "div",
    { class: "scroll", tabindex: "0" },
    el(
      "table",
      { "aria-label": "The inputs, among the training values" },
      el("thead", {}, el("tr", {}, ...head)),
      body,
    ),
  );
  return el(
    "div",
    { id: "inputs" },
    el("h3", {}, "The inputs"),
    scroll,
    some.length < inputs.length ? more : null,
    el(
      "p",
      { class: "quiet" },
      "Thin line: smallest to largest value of the training part; box: the middle 90 %; thick box: the middle half.",
    ),
  );
}

function inputOf(feature: Feature, value: CellValue, own: number | null): Input {
  const { text, outside } = said(feature, value, own);
  const row = () =>
    el(
      "tr",
      outside ? { class: "outside" } : {},
      el("th", { scope: "row" }, feature.column, el("span", { class: "quiet" }, ` ${feature.modality}`)),
      el(
        "td",
        { class: "number" },
        value === null ? "missing" : typeof value === "string" ? value : shownValue(feature, value),
      ),
      el("td", { class: "strip" }, feature.range === null ? null : standing(own, feature.range)),
      el("td", { class: "text" }, text),
    );
  return { outside, row };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function shownValue(feature: Feature, value: number): string {
  return feature.kind === "date" ? cellText(feature, value) : numberText(value);
}

function said(
  feature: Feature,
  value: CellValue,
  own: number | null,
): { readonly text: string; readonly outside: boolean } {
  if (value === null) return { text: "missing", outside: false };
  if (typeof value === "string") {
    const seen = feature.levels.includes(value);
    return seen ? { text: "", outside: false } : { text: "outside: no training row has it", outside: true };
  }
  const { range } = feature;
  if (range === null || own === null) return { text: "", outside: false };
  if (own < range.min) return { text: "outside: below every training value", outside: true };
  if (own > range.max) return { text: "outside: above every training value", outside: true };
  return { text: `above ${formatPercent(standingOf(own, range))} of them`, outside: false };
}

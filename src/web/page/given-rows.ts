/// <reference lib="dom" />
import { cellText, type Feature, rowText } from "../features.js";
import type { GivenText } from "../text-table.js";
import { el, numberText } from "./dom.js";

/** Rows as the reader gives them. */
export interface GivenRows extends GivenText {
  /** Whether the form wrote them. */
  readonly plain: boolean;
}

/** What the reader gives rows by: a file, a paste, or a form. @param given called with the rows */
export function givenRows(features: readonly Feature[], given: (rows: GivenRows) => void): HTMLElement {
  const area = el("textarea", {
    id: "paste",
    rows: 3,
    spellcheck: "false",
    placeholder: "id,column,column ..",
    autocomplete: "off",
  });
  const pasted = (text: string) => given({ text, label: "the pasted table", plain: false });
  area.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.trim() === "") return;
    // A large table is not laid out as text: the field takes some of it.
    event.preventDefault();
    area.value = text.length > 4000 ? `${text.slice(0, 4000)} ..` : text;
    pasted(text);
  });
  const file = el("input", {
    type: "file",
    id: "file",
    accept: ".csv,.tsv,.tab,.txt,text/csv,text/tab-separated-values",
  });
  const read = async (chosen: File) => given({ text: await chosen.text(), label: chosen.name, plain: false });
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen !== undefined) void read(chosen);
    file.value = "";
  });
  const drop = el(
    "div",
    { class: "drop" },
    el("p", {}, el("label", { for: "file" }, "Choose a table (CSV or TSV), or drop it here"), file),
    el("p", {}, el("label", { for: "paste" }, "Or paste it, with its header")),
    area,
    el(
      "p",
      {},
      el(
        "button",
        { type: "button", id: "predict-paste", onclick: () => pasted(area.value) },
        "Predict the pasted table",
      ),
    ),
  );
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const dropped = event.dataTransfer?.files[0];
    if (dropped !== undefined) void read(dropped);
  });
  const columns = el(
    "details",
    {},
    el("summary", {}, "Which columns the table needs"),
    el("p", { class: "quiet" }, `${features.map(({ column }) => column).join(", ")}. Others are not read.`),
  );
  return el("div", {}, drop, columns, form(features, given));
}

/** A form of one row, which begins as a row of medians. */
function form(features: readonly Feature[], given: (rows: GivenRows) => void): HTMLElement {
  const groups = [...new Set(features.map(({ modality }) => modality))];
  const fields = features.map((feature, i) => ({ feature, ...field(feature, `field-${i}`) }));
  const sets = groups.map((group) =>
    el(
      "fieldset",
      {},
      el("legend", {}, group ?? "Beside the modalities"),
      ...fields.filter(({ feature }) => feature.modality === group).map(({ row }) => row),
    ),
  );
  const send = (event: Event) => {
    event.preventDefault();
    const cells = new Map(fields.map(({ feature, input }) => [feature.column, input.value] as const));
    given({ text: rowText(features, cells), label: "the form", plain: true });
  };
  return el(
    "details",
    { class: "form" },
    el("summary", {}, "Or fill in one row"),
    el(
      "form",
      { onsubmit: send, novalidate: true },
      el(
        "p",
        { class: "quiet" },
        "It begins with the medians of the training part; a field that is empty is a missing value.",
      ),
      ...sets,
      el("p", {}, el("button", { type: "submit", id: "predict-form" }, "Predict this row")),
    ),
  );
}

function field(
  feature: Feature,
  id: string,
): { readonly row: HTMLElement; readonly input: HTMLInputElement | HTMLSelectElement } {
  const { column, range, levels, cleaned } = feature;
  const start = cellText(feature, feature.start);
  const note = `${id}-note`;
  const input =
    levels.length > 0
      ? el("select", { id }, ...["", ...levels].map((level) => option(level, level === start)))
      : el("input", {
          id,
          type: "text",
          inputmode: feature.kind === "number" ? "decimal" : null,
          value: start,
          "aria-describedby": note,
          autocomplete: "off",
        });
  const of = (value: number) => (feature.kind === "date" ? cellText(feature, value).slice(0, 10) : numberText(value));
  const known =
    range === null
      ? ""
      : `${of(range.min)} to ${of(range.max)} in training${cleaned ? ", after what was taken out" : ""}`;
  return {
    input,
    row: el(
      "div",
      { class: "field" },
      el("label", { for: id }, column),
      input,
      el("span", { class: "quiet", id: note }, known),
    ),
  };
}

function option(level: string, selected: boolean): HTMLOptionElement {
  return el("option", { value: level, selected }, level === "" ? "missing" : level);
}

/** The row that the form begins with. */
export function medianRow(features: readonly Feature[]): GivenRows {
  const cells = new Map(features.map((feature) => [feature.column, cellText(feature, feature.start)] as const));
  return { text: rowText(features, cells), label: "the row of medians", plain: true };
}

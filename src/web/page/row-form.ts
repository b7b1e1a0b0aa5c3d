/// <reference lib="dom" />
import { joinWords } from "../../report/text.js";
import { cellText, type Feature, rowText } from "../features.js";
import type { FileField } from "../files/file-fields.js";
import { type GivenFile, GivenFiles } from "../files/given-files.js";
import type { Asked, GivenRows } from "./asked.js";
import { el, numberText } from "./dom.js";

/** A form of one row, which begins as a row of medians. */
export function rowForm(asked: Asked, given: (rows: GivenRows) => void): HTMLElement {
  const { features, files, windows, places } = asked;
  const groups = [...new Set([...features.map(({ modality }) => modality), ...files.map(({ modality }) => modality)])];
  const fields = features.map((feature, i) => ({ feature, ...field(feature, `field-${i}`) }));
  const chosen = files.flatMap((file, i) => fileInputs(file, `file-${i}`));
  const placed = places.map((column, i) => ({ column, ...placeField(column, `place-${i}`) }));
  const sets = groups.map((group) =>
    el(
      "fieldset",
      {},
      el("legend", {}, group ?? "Beside the modalities"),
      ...fields.filter(({ feature }) => feature.modality === group).map(({ row }) => row),
      ...chosen.filter(({ modality }) => modality === group).map(({ row }) => row),
    ),
  );
  let before: GivenFiles | undefined;
  const send = (event: Event) => {
    event.preventDefault();
    const own = chosen.flatMap(({ input, column, name }, k): readonly [string | null, GivenFile][] => {
      const file = input.files?.[0];
      // Files of one name are told apart by a folder of their own.
      return file === undefined ? [] : [[column, { path: `${k + 1}/${name ?? file.name}`, contents: file }]];
    });
    before?.close();
    before = own.length === 0 ? undefined : new GivenFiles(own.map(([, file]) => file));
    const cells = new Map([
      ...fields.map(({ feature, input }) => [feature.column, input.value] as const),
      ...placed.map(({ column, input }) => [column, input.value] as const),
      ...own.flatMap(([column, { path }]) => (column === null ? [] : [[column, path] as const])),
    ]);
    given({ text: plainText(asked, cells), label: "the form", plain: true, files: before });
  };
  const notes = [
    "It begins with the medians of the training part; a field that is empty is a missing value.",
    ...(windows.length === 0
      ? []
      : [`One row has no rows before it, and so no ${joinWords(windows, 4, "or")}: give a table for that.`]),
  ];
  return el(
    "details",
    { class: "form" },
    el("summary", {}, "Or fill in one row"),
    el(
      "form",
      { onsubmit: send, novalidate: true },
      el("p", { class: "quiet" }, notes.join(" ")),
      ...sets,
      ...(placed.length === 0
        ? []
        : [el("fieldset", {}, el("legend", {}, "Places in arrays"), ...placed.map(({ row }) => row))]),
      el("p", {}, el("button", { type: "submit", id: "predict-form" }, "Predict this row")),
    ),
  );
}

/** The row that the form begins with. */
export function medianRow(asked: Asked): GivenRows {
  const cells = new Map(asked.features.map((feature) => [feature.column, cellText(feature, feature.start)] as const));
  return { text: plainText(asked, cells), label: "the row of medians", plain: true };
}

function plainText({ features, beside }: Asked, cells: ReadonlyMap<string, string>): string {
  const known = new Set(features.map(({ column }) => column));
  const more = beside.filter((column) => !known.has(column)).map((column) => ({ column }));
  return rowText([...features, ...more], cells);
}

interface FileInput {
  readonly modality: string;
  /** Column that names the file; null of an array for all rows. */
  readonly column: string | null;
  /** Name by which an array is known; null for the file's own. */
  readonly name: string | null;
  readonly input: HTMLInputElement;
  readonly row: HTMLElement;
}

function fileInputs({ modality, columns, accept, array }: FileField, id: string): FileInput[] {
  return (columns.length === 0 ? [null] : columns).map((column, k) => {
    const own = `${id}-${k}`;
    const input = el("input", { id: own, type: "file", accept });
    const text = column === null ? `Array of ${modality}` : columns.length === 1 ? `File of ${modality}` : column;
    const row = el("div", { class: "field" }, el("label", { for: own }, text), input);
    return { ...{ modality, column, input, row }, name: column === null ? array : null };
  });
}

function placeField(column: string, id: string) {
  const input = el("input", { id, type: "text", inputmode: "numeric", autocomplete: "off" });
  return { input, row: el("div", { class: "field" }, el("label", { for: id }, column), input) };
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

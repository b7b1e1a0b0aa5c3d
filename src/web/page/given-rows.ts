/// <reference lib="dom" />
import type { GivenFile } from "../files/given-files.js";
import type { GivenText } from "../text-table.js";
import type { Asked, GivenRows } from "./asked.js";
import { el } from "./dom.js";
import { droppedFiles } from "./dropped-files.js";
import { FilePicker } from "./file-picker.js";
import { rowForm } from "./row-form.js";

/** What a table is called. */
const tableName = /\.(?:csv|tsv|tab|txt)$/i;

/**
 * What the reader gives rows by: a file, a paste, or a form.
 * @param given called with the rows
 * @param told  called with what is wrong with what was given
 */
export function givenRows(
  asked: Asked,
  given: (rows: GivenRows) => void,
  told: (problem: string) => void,
): HTMLElement {
  let last: GivenText | null = null;
  const predict = (table: GivenText) => {
    last = table;
    given({ ...table, plain: false, files: picker.files });
  };
  const read = async ({ path, contents }: GivenFile) => predict({ text: await contents.text(), label: path });
  const picker = new FilePicker(asked.files, (added) => {
    const table = last === null ? outermost(added) : null;
    if (table !== null) void read(table);
    else if (last !== null) predict(last);
  });
  const take = (files: readonly GivenFile[]) => {
    const table = outermost(files);
    const others = asked.files.length === 0 ? [] : files.filter((file) => file !== table);
    if (table !== null) last = null;
    try {
      // The table goes with the files, whose folder says where it lies.
      if (others.length > 0) picker.add(table === null ? others : files);
      else if (table !== null) void read(table);
      else if (files.length > 0) told("No table (CSV or TSV) is among what was dropped.");
    } catch (error) {
      told((error as Error).message);
    }
  };
  const drop = el(
    "div",
    { class: "drop" },
    tableInput(read, asked.files.length > 0),
    ...pasteArea((text) => predict({ text, label: "the pasted table" })),
    picker.element,
  );
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer !== null)
      void droppedFiles(event.dataTransfer).then(take, (error: Error) => told(error.message));
  });
  const names = [...new Set([...asked.features.map(({ column }) => column), ...asked.needed])];
  const columns = el(
    "details",
    {},
    el("summary", {}, "Which columns the table needs"),
    el("p", { class: "quiet" }, `${names.join(", ")}. Others are not read.`),
  );
  return el("div", {}, drop, columns, rowForm(asked, given));
}

/** The table among files: the one that lies outermost; null where there is none, or several. */
function outermost(files: readonly GivenFile[]): GivenFile | null {
  const tables = files.filter(({ path }) => tableName.test(path));
  const depth = ({ path }: GivenFile) => path.split("/").length;
  const least = Math.min(...tables.map(depth));
  const found = tables.filter((file) => depth(file) === least);
  return found.length === 1 ? found[0] : null;
}

function tableInput(read: (table: GivenFile) => Promise<void>, withFiles: boolean): HTMLElement {
  const file = el("input", {
    type: "file",
    id: "file",
    accept: ".csv,.tsv,.tab,.txt,text/csv,text/tab-separated-values",
  });
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen !== undefined) void read({ path: chosen.name, contents: chosen });
    file.value = "";
  });
  const text = withFiles
    ? "Choose a table (CSV or TSV), or drop it here, with its files or their folder"
    : "Choose a table (CSV or TSV), or drop it here";
  return el("p", {}, el("label", { for: "file" }, text), file);
}

function pasteArea(pasted: (text: string) => void): HTMLElement[] {
  const area = el("textarea", {
    id: "paste",
    rows: 3,
    spellcheck: "false",
    placeholder: "id,column,column ..",
    autocomplete: "off",
  });
  area.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.trim() === "") return;
    // A large table is not laid out as text: the field takes some of it.
    event.preventDefault();
    area.value = text.length > 4000 ? `${text.slice(0, 4000)} ..` : text;
    pasted(text);
  });
  const button = el(
    "button",
    { type: "button", id: "predict-paste", onclick: () => pasted(area.value) },
    "Predict the pasted table",
  );
  return [el("p", {}, el("label", { for: "paste" }, "Or paste it, with its header")), area, el("p", {}, button)];
}

/// <reference lib="dom" />
import { formatCount, joinWords, plural } from "../../report/text.js";
import type { FileField } from "../files/file-fields.js";
import { type GivenFile, GivenFiles } from "../files/given-files.js";
import { el, fill } from "./dom.js";
import { chosenFiles } from "./dropped-files.js";

/** The files of a table that the reader has given so far. */
export class FilePicker {
  readonly element: HTMLElement;
  private given = new Map<string, GivenFile>();
  private opened: GivenFiles | undefined;
  private readonly status = el("span", { id: "files-given", role: "status" }, "No file yet.");
  private readonly forget = el(
    "button",
    { type: "button", id: "forget-files", hidden: true, onclick: () => this.change([], true) },
    "Forget the files",
  );

  /** @param changed called with the files that were added, none where all were forgotten */
  constructor(
    fields: readonly FileField[],
    private readonly changed: (added: readonly GivenFile[]) => void,
  ) {
    const accept = [...new Set(fields.flatMap((field) => field.accept.split(",")))].join(",");
    const files = this.input({ id: "files", multiple: true, accept });
    const folder = this.input({ id: "folder", webkitdirectory: true });
    this.element = el(
      "div",
      { id: "files-of-rows", hidden: fields.length === 0 },
      el(
        "p",
        { class: "quiet" },
        `Files of the rows: ${fields.map(described).join("; ")}. They are read here, and stay here.`,
      ),
      el("p", {}, el("label", { for: "files" }, "Choose files"), files),
      el("p", {}, el("label", { for: "folder" }, "Or the folder that holds them"), folder),
      el("p", {}, this.status, this.forget),
    );
  }

  /** All files, as the rows of a table find them; undefined where none was given. */
  get files(): GivenFiles | undefined {
    return this.opened;
  }

  /** @throws InputError for files that cannot be told apart */
  add(files: readonly GivenFile[]): void {
    if (files.length > 0) this.change(files, false);
  }

  private input(attributes: Parameters<typeof el>[1]): HTMLInputElement {
    const input = el("input", { type: "file", ...attributes });
    input.addEventListener("change", () => {
      const chosen = chosenFiles(input.files);
      input.value = "";
      this.add(chosen);
    });
    return input;
  }

  private change(added: readonly GivenFile[], anew: boolean): void {
    if (anew) this.given = new Map();
    for (const file of added) this.given.set(file.path, file);
    this.opened?.close();
    this.opened = this.given.size === 0 ? undefined : new GivenFiles([...this.given.values()]);
    this.forget.hidden = this.given.size === 0;
    fill(this.status, this.given.size === 0 ? "No file yet." : `${plural(this.given.size, "file")} given.`);
    this.changed(added);
  }
}

const nouns = { table: "rows", array: "array", image: "picture", sequence: "sequence", volume: "volume" } as const;

function described({ modality, kind, columns, accept }: FileField): string {
  const ends = joinWords(accept.split(","), 8, "or");
  if (columns.length === 0) return `${modality}, one array for all rows (${ends})`;
  const each = columns.length === 1 ? `a ${nouns[kind]}` : `${formatCount(columns.length)} ${nouns[kind]}s`;
  return `${modality}, ${each} for each row (${ends})`;
}

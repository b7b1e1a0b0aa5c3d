import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { RowSource } from "../../config/modalities/row-source.js";
import { type OpenRequest, textsOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import type { RowFile } from "./recipe.js";

/** The files of every row of a table. */
export interface LocatedRows {
  /** Null where the row lacks the modality; with `share` null in place of a file that is missing, too. */
  readonly rows: readonly (readonly (RowFile | null)[] | null)[];
  /** Why a row lacks it: `column "scan" is empty`. */
  readonly lacks: (row: number) => string | undefined;
  /** What the account of the data calls them: `column frontal, below photos`. */
  readonly title: string;
}

/** What of a request tells where files lie. */
export type LocateRequest = Pick<OpenRequest, "name" | "baseFolder" | "table" | "columns">;

/** Rows that are looked for at a time. */
const atATime = 16;

/** A row whose files are all there, or why they are not. */
interface Found {
  readonly files?: readonly (RowFile | null)[];
  readonly lacks?: string;
  /** Whether the table names none. */
  readonly unnamed?: boolean;
}

/**
 * Finds the file, or files, that each row of a table names; none of them outside of the root.
 * @throws InputError naming row, column and path of one that leaves the root, or fits several files; where no file is there
 */
export async function locateRows(request: LocateRequest, source: RowSource): Promise<LocatedRows> {
  const { found, named } = await lookForRows(request, source);
  if (!found.some(({ files }) => files !== undefined)) refuseNone(found, request, named);
  const below = relative(process.cwd(), named);
  return {
    rows: found.map(({ files = null }) => files),
    lacks: (row) => found[row].lacks,
    title: `${source.pattern ?? `column ${[source.path].flat().join(", ")}`}${source.root === undefined || below === "" ? "" : `, below ${source.root}`}`,
  };
}

/** How many rows have their files. @throws InputError as `locateRows`, but not where none has */
export async function countFound(request: LocateRequest, source: RowSource): Promise<number> {
  const { found } = await lookForRows(request, source);
  return found.filter(({ files }) => files !== undefined).length;
}

async function lookForRows(
  request: LocateRequest,
  source: RowSource,
): Promise<{ readonly found: readonly Found[]; readonly named: string }> {
  const { baseFolder, table, name } = request;
  const named = source.root === undefined ? table.folder : resolve(baseFolder, source.root);
  const root = await realpath(named).catch(() => {
    throw new InputError(
      `data.modalities.${name}.root: ${source.root ?? named}: there is no such folder (looked for ${named})`,
    );
  });
  const folders = new Folders(root);
  const found = Array<Found>(table.rows);
  let next = 0;
  const lane = async () => {
    for (let row = next++; row < table.rows; row = next++) found[row] = await rowFiles(request, source, row, folders);
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  return { found, named };
}

function refuseNone(found: readonly Found[], { table, name }: LocateRequest, root: string): never {
  // A row that names a file tells more than one with an empty cell.
  const first = Math.max(
    found.findIndex(({ unnamed }) => unnamed !== true),
    0,
  );
  throw new InputError(
    `data.modalities.${name}: none of the ${table.rows} rows of ${table.label} has a file (row ${first + 1}: ${found[first].lacks}). Paths are relative to ` +
      `${root}: put the table beside its files, or, to train, name their folder (data.modalities.${name}.root)`,
  );
}

async function rowFiles(request: LocateRequest, source: RowSource, row: number, folders: Folders): Promise<Found> {
  const where = `${request.table.label}: row ${row + 1} (header not counted)`;
  const { pattern } = source;
  if (pattern !== undefined) {
    const filled = filledIn(pattern, request, row, where);
    if ("lacks" in filled) return filled;
    const one = await folders.fitting(filled.segments, filled.shown, where);
    return "lacks" in one ? one : { files: [one] };
  }
  const given = textsOf(request, "path");
  const files: (RowFile | null)[] = [];
  let missing: string | undefined;
  for (const [k, column] of (given?.names ?? []).entries()) {
    const text = given?.values[k][row] ?? "";
    const title = `column "${column}"`;
    const one =
      text.trim() === ""
        ? { lacks: `${title} is empty`, unnamed: true }
        : await folders.file(text, `${where}: ${title}: ${text}`, `${title}: ${text}`);
    if ("path" in one) files.push(one);
    else if (!source.share) return one;
    else {
      files.push(null);
      missing ??= one.lacks;
    }
  }
  if (missing === undefined) return { files };
  return files.some((file) => file !== null) ? { files, lacks: missing } : { lacks: missing };
}

/** A part of a path: a name, or what names have to fit. */
type Segment = string | RegExp;

/** A pattern with the columns of a row filled in. */
function filledIn(
  pattern: string,
  request: LocateRequest,
  row: number,
  where: string,
): { readonly segments: readonly Segment[]; readonly shown: string } | Required<Pick<Found, "lacks" | "unnamed">> {
  const given = textsOf(request, "pattern");
  const written = [...new Set(Array.from(pattern.matchAll(/\{([^{}]+)\}/g), ([, name]) => name))];
  const texts = new Map(written.map((name, k) => [name, given?.values[k][row] ?? ""]));
  for (const [name, text] of texts) {
    if (text.trim() === "") return { lacks: `column "${name}", which the pattern needs, is empty`, unnamed: true };
    if (/[/\\\0]/.test(text) || text === "." || text === "..") {
      throw new InputError(
        `${where}: column "${name}" is "${text}", and cannot be part of a file name; mend the table, or the pattern`,
      );
    }
  }
  const segments = pattern.split("/").filter((part) => part !== "" && part !== ".");
  return {
    segments: segments.map((part) => segmentOf(part, texts)),
    shown: pattern.replaceAll(/\{([^{}]+)\}/g, (_all, name: string) => texts.get(name) ?? ""),
  };
}

function segmentOf(part: string, texts: ReadonlyMap<string, string>): Segment {
  const pieces = part.split(/(\{[^{}]+\}|\*)/).map((piece) => ({
    text: piece.startsWith("{") && piece.endsWith("}") ? (texts.get(piece.slice(1, -1)) ?? piece) : piece,
    any: piece === "*",
  }));
  if (!pieces.some(({ any }) => any)) return pieces.map(({ text }) => text).join("");
  const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`^${pieces.map(({ text, any }) => (any ? "[^/]*" : escaped(text))).join("")}$`, "u");
}

/** Files below a root, and nothing beside it. */
class Folders {
  private readonly entries = new Map<string, Promise<string[]>>();

  constructor(private readonly root: string) {}

  /**
   * The file of that path.
   * @param label what messages call it: table, row, column, path
   * @param shown the same without table and row
   */
  async file(path: string, label: string, shown: string): Promise<RowFile | { readonly lacks: string }> {
    if (path.includes("\0")) throw new InputError(`${label}: holds a character that no path has`);
    const whole = resolve(this.root, path);
    this.refuseOutside(whole, label, "leaves");
    const real = await realpath(whole).catch((error: NodeJS.ErrnoException) => error);
    if (typeof real === "string") {
      this.refuseOutside(real, label, "is a link that leaves");
      const found = await stat(real);
      if (found.isFile()) return { path: real, label };
      const what = found.isDirectory() ? "is a folder" : "is a pipe or a device";
      throw new InputError(`${label}: ${what}; expected the path of a file, or a pattern that fits one`);
    }
    if (real.code === "ENOENT" || real.code === "ENOTDIR") return { lacks: `${shown}: there is no such file` };
    throw new InputError(`${label}: cannot be read: ${real.message}`);
  }

  /** The one file that fits a pattern. */
  async fitting(
    segments: readonly Segment[],
    shown: string,
    where: string,
  ): Promise<RowFile | { readonly lacks: string }> {
    let found = [""];
    for (const segment of segments) {
      if (typeof segment === "string") {
        found = found.map((folder) => join(folder, segment));
        continue;
      }
      const listed = await Promise.all(found.map(async (folder) => [folder, await this.list(folder)] as const));
      found = listed.flatMap(([folder, names]) =>
        names.filter((name) => segment.test(name)).map((name) => join(folder, name)),
      );
    }
    const files: RowFile[] = [];
    for (const path of found) {
      if (await this.isFolder(path)) continue;
      const one = await this.file(path, `${where}: ${path}`, path);
      if ("path" in one) files.push(one);
    }
    if (files.length === 0) return { lacks: `${shown}: there is no such file` };
    if (files.length === 1) return files[0];
    const some = found.slice(0, 3).join(", ");
    throw new InputError(
      `${where}: ${files.length} files fit ${shown} (${some}${files.length > 3 ? ", .." : ""}); write the pattern so that one does`,
    );
  }

  private async isFolder(path: string): Promise<boolean> {
    const found = await stat(resolve(this.root, path)).catch(() => null);
    return found?.isDirectory() === true;
  }

  private list(folder: string): Promise<string[]> {
    const whole = resolve(this.root, folder);
    const known = this.entries.get(whole);
    if (known !== undefined) return known;
    const inside = whole === this.root || whole.startsWith(this.root + sep);
    const names = inside
      ? readdir(whole)
          .catch(() => [])
          .then((all) => all.sort())
      : Promise.resolve([]);
    this.entries.set(whole, names);
    return names;
  }

  private refuseOutside(path: string, label: string, what: string): void {
    const inside = relative(this.root, path);
    if (inside !== "" && !/^\.\.(?:$|[\\/])/.test(inside) && resolve(this.root, inside) === path) return;
    throw new InputError(
      `${label}: ${what} the folder ${this.root}, outside of which nothing is read; put the files into it, or name another \`root\``,
    );
  }
}

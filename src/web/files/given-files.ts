import { InputError } from "../../errors.js";
import type { StoredRow } from "../../modalities/decoded/decode-row.js";

/** A file that the reader of a page gives. */
export interface GivenFile {
  /** Below the folder that was given, or its name alone where no folder is known. */
  readonly path: string;
  readonly contents: Blob;
}

/**
 * Files that were given to a page, as a folder: what reads files of a disk otherwise reads them here, by the names below `folder`.
 * A file without a folder stands wherever a path asks for its name.
 */
export class GivenFiles {
  private static readonly mounted = new Map<string, GivenFiles>();
  private static mounts = 0;

  /** The name of the folder, unlike that of any other. */
  readonly folder = `/given files ${++GivenFiles.mounts}`;
  /** Rows that were decoded, by what was done with which files. */
  readonly decoded = new Map<string, Promise<StoredRow>>();
  private readonly files = new Map<string, Blob>();
  private readonly folders = new Map<string, Set<string>>([["", new Set()]]);
  private readonly loose = new Map<string, Blob>();
  /** The path for which each loose file was read. */
  private readonly stood = new Map<string, string>();

  /** @throws InputError for two files of one name, or a name that is no path below a folder */
  constructor(readonly given: readonly GivenFile[]) {
    for (const { path, contents } of given) {
      const parts = path.split("/");
      if (parts.some((part) => part === "" || part === "." || part === ".."))
        throw new InputError(`"${path}" is no name of a file below a folder`);
      if (this.files.has(path) || this.loose.has(path))
        throw new InputError(`two files are called "${path}"; give their folder, so that they are told apart`);
      if (parts.length === 1) this.loose.set(path, contents);
      else this.files.set(path, contents);
      parts.forEach((name, k) => {
        const folder = parts.slice(0, k).join("/");
        const known = this.folders.get(folder) ?? new Set<string>();
        this.folders.set(folder, known.add(name));
      });
    }
    GivenFiles.mounted.set(this.folder, this);
  }

  /** Forgets the files. */
  close(): void {
    GivenFiles.mounted.delete(this.folder);
  }

  /** The files below which a whole path lies, and the rest of the path; undefined for another path. */
  static of(path: string): { readonly files: GivenFiles; readonly rest: string } | undefined {
    const [, top, ...rest] = path.split("/");
    const files = GivenFiles.mounted.get(`/${top}`);
    return files === undefined ? undefined : { files, rest: rest.join("/") };
  }

  /** The folders that hold all files, the outermost first. */
  commonFolders(): string[] {
    const found = [this.folder];
    for (let below = ""; ; ) {
      const names = [...(this.folders.get(below) ?? [])];
      const next = below === "" ? names[0] : `${below}/${names[0]}`;
      if (names.length !== 1 || !this.folders.has(next)) return found;
      below = next;
      found.push(`${this.folder}/${below}`);
    }
  }

  find(path: string): "file" | "folder" | undefined {
    if (this.folders.has(path)) return "folder";
    return this.files.has(path) || this.loose.has(nameOf(path)) ? "file" : undefined;
  }

  /** Names in a folder; loose files may be in any that is not known. */
  list(path: string): string[] {
    return [...(this.folders.get(path) ?? this.loose.keys())];
  }

  /** @throws Error where a file without a folder would stand for two paths */
  read(path: string): Blob | undefined {
    const own = this.files.get(path);
    if (own !== undefined) return own;
    const name = nameOf(path);
    const contents = this.loose.get(name);
    if (contents === undefined) return undefined;
    const before = this.stood.get(name) ?? path;
    if (before !== path)
      throw new Error(`it could be "${before}" as well as "${path}"; give their folder, so that they are told apart`);
    this.stood.set(name, path);
    return contents;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

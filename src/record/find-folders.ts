import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../errors.js";
import { runFiles } from "./run-folder.js";
import { lockFile } from "./run-lock.js";

/** A folder below another, by its path from there, its parts divided by `/`. */
export interface FoundFolder {
  readonly path: string;
  readonly kind: "run" | "study";
}

/** What lies below a folder. */
export interface FoundFolders {
  /** In the order of their paths. */
  readonly found: readonly FoundFolder[];
  /** Folders that cannot be read, with what the system says. */
  readonly closed: readonly { readonly path: string; readonly reason: string }[];
}

/** Files of which a run has several, finished or not; one alone may be of any program. */
const marks: readonly string[] = [
  ...[runFiles.config, runFiles.environment, runFiles.data, runFiles.split, runFiles.rows],
  ...[runFiles.metrics, runFiles.pid, runFiles.predictions, runFiles.metricsByEpoch, runFiles.pidByEpoch],
];
const fewestMarks = 2;

/**
 * Finds the runs and studies below a folder. What is below a run (members of an ensemble) or a study (its trainings) is
 * theirs and not listed. A link to a run or study is taken for it, a link to any other folder is not followed, and no folder
 * is listed twice, so that links lead neither astray nor in circles.
 * @param studyFile name of the file that every study has
 * @throws InputError when `root` is no folder that can be read
 */
export async function findFolders(root: string, studyFile: string): Promise<FoundFolders> {
  const top = await entriesOf(root);
  if (!Array.isArray(top)) throw new InputError(`${root}: ${top.reason}; expected a folder that holds runs`);
  const walk = new Walk(root, studyFile);
  await walk.visit("", top, false);
  const byPath = (a: { readonly path: string }, b: { readonly path: string }) => (a.path < b.path ? -1 : 1);
  return { found: walk.found.sort(byPath), closed: walk.closed.sort(byPath) };
}

class Walk {
  readonly found: FoundFolder[] = [];
  readonly closed: { readonly path: string; readonly reason: string }[] = [];
  /** Real places of folders that were looked into. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly studyFile: string,
  ) {}

  async visit(path: string, entries: readonly Dirent[], linked: boolean): Promise<void> {
    const place = await realpath(join(this.root, path)).catch(() => null);
    if (place === null || this.seen.has(place)) return;
    const kind = this.kindOf(entries);
    // A link to what is no run must not hide the folder itself, where that stands elsewhere below the root.
    if (linked && kind === null) return;
    this.seen.add(place);
    // Also the folder that was asked for may be a run itself.
    if (kind !== null) this.found.push({ path: path === "" ? "." : path, kind });
    else await this.descend(path, entries);
  }

  private async descend(path: string, entries: readonly Dirent[]): Promise<void> {
    // Folders before links to them, so that a run is listed by its own name.
    const order = [...entries].sort((a, b) => Number(a.isSymbolicLink()) - Number(b.isSymbolicLink()));
    for (const entry of order) {
      if (entry.name.startsWith(".")) continue;
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      if (!(await isFolder(entry, join(this.root, inner)))) continue;
      const within = await entriesOf(join(this.root, inner));
      if (Array.isArray(within)) await this.visit(inner, within, entry.isSymbolicLink());
      else this.closed.push({ path: inner, reason: within.reason });
    }
  }

  private kindOf(entries: readonly Dirent[]): FoundFolder["kind"] | null {
    const names = new Set(entries.map(({ name }) => name));
    if (names.has(this.studyFile)) return "study";
    const own = marks.filter((name) => names.has(name)).length;
    return names.has(lockFile) || own >= fewestMarks ? "run" : null;
  }
}

async function isFolder(entry: Dirent, place: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return (await stat(place).catch(() => null))?.isDirectory() === true;
}

async function entriesOf(folder: string): Promise<Dirent[] | { readonly reason: string }> {
  return readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "there is no such folder",
      ENOTDIR: "is a file",
      EACCES: "cannot be read: no permission",
    };
    return { reason: reasons[error.code ?? ""] ?? `cannot be read (${error.code ?? error.message})` };
  });
}

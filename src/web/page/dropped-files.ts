/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="dom.asynciterable" />
import { InputError } from "../../errors.js";
import type { GivenFile } from "../files/given-files.js";

/** Files that were chosen, with their folder where one was. */
export function chosenFiles(list: FileList | null): GivenFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, contents: file }));
}

/** What Chromium knows of a dropped item beside what all browsers do. */
interface DroppedItem extends DataTransferItem {
  readonly getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}

/**
 * Files that were dropped, and all in folders that were. Chromium opens no file of a folder that it lists as entries of a page which is a file
 * itself; handles it does open.
 * @throws InputError where a folder can be read in neither way
 */
export async function droppedFiles(transfer: DataTransfer): Promise<GivenFile[]> {
  // All has to be taken before anything is waited for.
  const items = [...transfer.items].map((item: DroppedItem) => {
    const entry = item.webkitGetAsEntry();
    const folder = entry !== null && isFolder(entry) ? entry : null;
    return { file: item.getAsFile(), folder, handle: folder === null ? undefined : item.getAsFileSystemHandle?.() };
  });
  if (items.every(({ folder }) => folder === null)) return chosenFiles(transfer.files);
  const found = await Promise.all(
    items.map(async ({ file, folder, handle }) => {
      if (folder === null) return file === null ? [] : [{ path: file.name, contents: file }];
      const opened = await handle?.catch(() => null);
      if (opened) return filesOf(opened, "");
      return filesBelow(folder).catch(() => {
        throw new InputError(
          `this browser does not open the folder ${folder.name} that was dropped; choose it by the button for folders instead`,
        );
      });
    }),
  );
  return found.flat();
}

/** @param above path of the folder that holds it, with a slash */
async function filesOf(handle: FileSystemHandle, above: string): Promise<GivenFile[]> {
  const path = `${above}${handle.name}`;
  if (isFileHandle(handle)) return [{ path, contents: await handle.getFile() }];
  if (!isFolderHandle(handle)) return [];
  const files: GivenFile[] = [];
  for await (const one of handle.values()) files.push(...(await filesOf(one, `${path}/`)));
  return files;
}

function isFileHandle(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}

function isFolderHandle(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === "directory";
}

async function filesBelow(entry: FileSystemEntry): Promise<GivenFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), contents: file }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const files: GivenFile[] = [];
  // A reader hands over a part of a folder at a time.
  for (let some = await entriesOf(reader); some.length > 0; some = await entriesOf(reader)) {
    const below = await Promise.all(some.map(filesBelow));
    files.push(...below.flat());
  }
  return files;
}

function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

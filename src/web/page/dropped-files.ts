/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { GivenFile } from "../files/given-files.js";

/** Files that were chosen, with their folder where one was. */
export function chosenFiles(list: FileList | null): GivenFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, contents: file }));
}

/** Files that were dropped, and all in folders that were. */
export async function droppedFiles(transfer: DataTransfer): Promise<GivenFile[]> {
  // Entries have to be taken before anything is waited for.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const found = await Promise.all(entries.map(filesBelow));
  return found.flat();
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

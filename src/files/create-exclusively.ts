import { randomInt } from "node:crypto";
import { closeSync, linkSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";

/** Whether the file was made, and the time of the file system it was to be on, milliseconds since 1970. */
export interface Created {
  readonly created: boolean;
  readonly now: number;
}

/**
 * Creates a file with its whole content unless there is one of that name, which one of many processes can do. A hard
 * link gives name and content at once; where the file system has none (exFAT, many network disks) the name is created
 * first, and others may see the file empty or half written for a moment.
 * @throws what the system says
 */
export function createExclusively(file: string, text: string): Created {
  const draft = `${file}.${randomInt(2 ** 47)}`;
  try {
    writeFileSync(draft, text, { flag: "wx", flush: true });
    const now = statSync(draft).mtimeMs;
    return { created: place(draft, file, text), now };
  } finally {
    rmSync(draft, { force: true });
  }
}

function place(draft: string, file: string, text: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    // A network disk may have made the link and lost the answer.
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return statSync(draft).nlink === 2;
    // Systems have many codes for "no hard links here"; whatever else is wrong, creating the file tells.
    return createEmptyFirst(file, text);
  }
}

function createEmptyFirst(file: string, text: string): boolean {
  let fd: number;
  try {
    fd = openSync(file, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeFileSync(fd, text);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return true;
}

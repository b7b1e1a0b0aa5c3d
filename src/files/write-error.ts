import { RunError } from "../errors.js";

/** What the system's codes mean for somebody who wants a file written. */
const meanings: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "no permission",
  EPERM: "no permission",
  EIO: "the disk reports an input or output error",
  EFBIG: "the file would be larger than the limit for files",
  ENOENT: "its folder is gone",
  ENOTDIR: "a file stands where its folder should be",
  EEXIST: "a file stands in its place",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open on this machine",
  ESTALE: "the network disk has lost it",
  EPIPE: "its reader has gone",
};

/** A file or stream that the system refused to write; `code` is the system's own. The command line exits with 1. */
export class WriteError extends RunError {
  readonly code: string | undefined;

  /** @param deed what was tried: "written", "created" */
  constructor(
    readonly file: string,
    cause: NodeJS.ErrnoException,
    deed = "written",
  ) {
    super(`${file}: cannot be ${deed}: ${systemReason(cause)}`, { cause });
    this.code = cause.code;
  }
}

/** What the system says, in words, with its code. */
export function systemReason({ code, message }: NodeJS.ErrnoException): string {
  return code !== undefined && Object.hasOwn(meanings, code) ? `${meanings[code]} (${code})` : message;
}

/** Whether an error came from the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "errno" in error;
}

/** Does what writes `file`. @throws WriteError naming the file, for what the system refuses; all else as it came */
export async function writing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isSystemError(error) ? new WriteError(file, error) : error;
  }
}

/** The same of work that does not wait. */
export function writingNow<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isSystemError(error) ? new WriteError(file, error) : error;
  }
}

import { fstatSync, writeSync } from "node:fs";
import { Writable } from "node:stream";
import { isatty } from "node:tty";
import { RunError } from "../errors.js";
import { systemReason } from "../files/write-error.js";

/**
 * Makes stdout and stderr as reliable as files: a result that stdout does not take whole ends the process with `fail`,
 * except that a reader who has gone (`pidreg .. | head`) wants no more; a broken stderr costs messages and nothing else.
 */
export function guardOutputs(fail: (error: Error) => void): void {
  const onResults = (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    fail(new RunError(`stdout: the results could not be written: ${systemReason(error)}`, { cause: error }));
  };
  const onMessages = () => undefined;
  replaceFile("stdout", 1, onResults);
  replaceFile("stderr", 2, onMessages);
  process.stdout.on("error", onResults);
  process.stderr.on("error", onMessages);
}

/** Node writes once to a file, and takes a part for the whole where the disk becomes full in the middle. */
function replaceFile(name: "stdout" | "stderr", fd: number, refused: (error: Error) => void): void {
  const info = fstatSync(fd);
  if (isatty(fd) || !(info.isFile() || info.isCharacterDevice())) return;
  Object.defineProperty(process, name, { value: new WholeFile(fd, refused), configurable: true, enumerable: true });
}

/** Writes every chunk whole before it returns, or says at once that it was refused: the process may be about to exit. */
class WholeFile extends Writable {
  constructor(
    readonly fd: number,
    private readonly refused: (error: Error) => void,
  ) {
    super({ decodeStrings: true });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(this.fd, chunk, at);
    } catch (error) {
      this.refused(error as Error);
    }
    done();
  }
}

import { mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../errors.js";
import { sha256 } from "./checksum.js";
import { readUnchanged } from "./read-unchanged.js";

const text = "y,a\n1,2\n";
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pidreg-unchanged-"));
  file = path.join(folder, "table.csv");
  await writeFile(file, text);
});
afterEach(() => rm(folder, { recursive: true }));

const refusal = async (read: () => Promise<unknown>): Promise<string> => {
  const error = await readUnchanged([file], read).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message;
};

describe("readUnchanged", () => {
  it("gives what was read and the checksum of every file, in their order", async () => {
    const other = path.join(folder, "other.csv");
    await writeFile(other, "z\n");
    const { value, checksums } = await readUnchanged([other, file], async () => 7);
    expect(value).toBe(7);
    expect(checksums).toEqual([sha256("z\n"), sha256(text)]);
  });

  const another = "y,a\n9,9\n";
  it.each<[string, () => Promise<void>]>([
    ["written anew", () => writeFile(file, another)],
    ["appended to", () => writeFile(file, "5,6\n", { flag: "a" })],
    [
      "replaced by another file",
      async () => {
        await writeFile(`${file}.new`, another);
        await rename(`${file}.new`, file);
      },
    ],
    [
      "replaced and put back as it was",
      async () => {
        await rename(file, `${file}.old`);
        await writeFile(file, another);
        await rename(`${file}.old`, file);
      },
    ],
    [
      "cut off and filled with the same bytes",
      async () => {
        await writeFile(file, "");
        await writeFile(file, text);
      },
    ],
    [
      "written anew and given its old times",
      async () => {
        const then = new Date("2020-01-01");
        await writeFile(file, another);
        await utimes(file, then, then);
      },
    ],
    ["deleted", () => rm(file)],
  ])("refuses a file that is %s meanwhile, and names it", async (_what, change) => {
    await utimes(file, new Date("2020-01-01"), new Date("2020-01-01"));
    expect(await refusal(change)).toBe(
      `${file}: changed while it was read; let what writes it come to an end, then run the command again`,
    );
  });

  it("says that a file changed in place of what is wrong with half of it", async () => {
    const message = await refusal(async () => {
      await writeFile(file, another);
      throw new InputError("row 1: too few fields");
    });
    expect(message).toContain("changed while it was read");
  });

  it("leaves it to the reader to say what is wrong with a file", async () => {
    const broken = async () => {
      throw new InputError("row 1: too few fields");
    };
    expect(await refusal(broken)).toBe("row 1: too few fields");
    await rm(file);
    expect(await refusal(broken)).toBe("row 1: too few fields");
  });

  it.skipIf(process.platform === "win32")("does not wait for a device, and records no checksum of one", async () => {
    await expect(readUnchanged(["/dev/zero"], async () => 0)).rejects.toThrow("/dev/zero: is no regular file");
  });
});

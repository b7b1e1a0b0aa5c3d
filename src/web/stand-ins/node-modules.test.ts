import nodePath from "node:path";
import { deflateRawSync, gzipSync, crc32 as nodeCrc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import path from "./node-path.js";
import { crc32, createGunzip, gunzip, inflateRawSync } from "./node-zlib.js";

const bytes = Buffer.from("pid".repeat(5000));

describe("names of files are taken apart as Node does", () => {
  it.each([
    ["/a/b", "c.csv"],
    ["/a/b", "../c"],
    ["/a", "/b/./c"],
    ["/a/b", ""],
    ["/", "../.."],
  ])("%j and %j", (from, to) => {
    expect(path.resolve(from, to)).toBe(nodePath.posix.resolve(from, to));
    expect(path.relative(from, path.resolve(from, to))).toBe(nodePath.posix.relative(from, path.resolve(from, to)));
    expect(path.dirname(path.resolve(from, to))).toBe(nodePath.posix.dirname(path.resolve(from, to)));
    expect(path.basename(to)).toBe(nodePath.posix.basename(to));
    expect(path.join(from, "c")).toBe(nodePath.posix.join(from, "c"));
  });
});

describe("packed bytes are unpacked as Node does", () => {
  const unpacked = (packed: Uint8Array, most: number) =>
    new Promise<Uint8Array>((resolve, reject) =>
      gunzip(packed, { maxOutputLength: most }, (error, all) => (error === null ? resolve(all) : reject(error))),
    );

  it("gzip, up to a limit", async () => {
    expect(Buffer.from(await unpacked(gzipSync(bytes), bytes.length)).equals(bytes)).toBe(true);
    await expect(unpacked(gzipSync(bytes), 100)).rejects.toMatchObject({ code: "ERR_BUFFER_TOO_LARGE" });
  });

  it("gzip that is cut off or changed is told", async () => {
    const packed = gzipSync(bytes);
    await expect(unpacked(packed.subarray(0, packed.length - 9), 1e6)).rejects.toThrow();
    packed[packed.length - 6] ^= 1;
    const stream = createGunzip();
    stream.end(packed);
    const all = async () => {
      for await (const part of stream) expect(part.length).toBeGreaterThan(0);
    };
    await expect(all()).rejects.toThrow();
  });

  it("parts of zip archives, and their sums", () => {
    expect(Buffer.from(inflateRawSync(deflateRawSync(bytes), { maxOutputLength: bytes.length })).equals(bytes)).toBe(
      true,
    );
    expect(crc32(bytes)).toBe(nodeCrc32(bytes));
  });
});

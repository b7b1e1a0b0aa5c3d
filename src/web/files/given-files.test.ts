import { describe, expect, it } from "vitest";
import { open, readdir, realpath, stat } from "../stand-ins/node-fs-promises.js";
import { GivenFiles } from "./given-files.js";

const text = (contents: string) => new Blob([contents]);
const read = async (path: string) => new TextDecoder().decode(await (await open(path)).readFile());

describe("files that were given are read as those of a folder", () => {
  it("by their paths", async () => {
    const files = new GivenFiles([
      { path: "study/rows.csv", contents: text("a") },
      { path: "study/scans/x.nii", contents: text("b") },
    ]);
    const { folder } = files;
    expect(files.commonFolders()).toEqual([folder, `${folder}/study`]);
    expect(await read(`${folder}/study/scans/x.nii`)).toBe("b");
    expect(await readdir(`${folder}/study`)).toEqual(["rows.csv", "scans"]);
    expect((await stat(`${folder}/study/scans`)).isDirectory()).toBe(true);
    expect(await realpath(`${folder}/study/rows.csv`)).toBe(`${folder}/study/rows.csv`);
    await expect(stat(`${folder}/study/none`)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(stat("/etc/hosts")).rejects.toMatchObject({ code: "ENOENT" });
    files.close();
    await expect(stat(`${folder}/study/rows.csv`)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("by their names alone, for one path", async () => {
    const files = new GivenFiles([{ path: "x.png", contents: text("x") }]);
    expect(await read(`${files.folder}/a/x.png`)).toBe("x");
    expect(await read(`${files.folder}/a/x.png`)).toBe("x");
    await expect(open(`${files.folder}/b/x.png`)).rejects.toThrow('it could be "a/x.png" as well as "b/x.png"');
    files.close();
  });

  it("a part of them at a time", async () => {
    const files = new GivenFiles([{ path: "x.npy", contents: text("0123456789") }]);
    const buffer = new Uint8Array(8);
    const handle = await open(`${files.folder}/x.npy`);
    expect(await handle.read(buffer, 1, 4, 8)).toMatchObject({ bytesRead: 2 });
    expect([...buffer]).toEqual([0, 56, 57, 0, 0, 0, 0, 0]);
    expect((await handle.stat()).size).toBe(10);
    files.close();
  });

  it.each(["", "../x", "a//b", "a/./b"])("refuses the name %j", (path) => {
    expect(() => new GivenFiles([{ path, contents: text("") }])).toThrow("no name of a file below a folder");
  });

  it("refuses two files of one name", () => {
    const one = { path: "x.png", contents: text("x") };
    expect(() => new GivenFiles([one, one])).toThrow('two files are called "x.png"');
  });
});

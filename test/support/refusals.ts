import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect } from "vitest";
import { stringify } from "yaml";
import { badTables, table } from "./bad-tables.js";
import { type Finished, pidreg, requireBuild, scratchFolder } from "./command.js";

/** A folder of bad tables and configs, made before the tests of the file that imports this. */
export const folder = scratchFolder();
export const write = (name: string, content: string | Buffer) => writeFile(path.join(folder, name), content);

const modalities = { a: { columns: ["a*"] }, b: { columns: ["b1", "b2"] } };
/** The data section that fits good.csv. */
export const data = { file: "good.csv", id: "id", target: "y", modalities };

beforeAll(async () => {
  await requireBuild();
  await write("good.csv", table());
  await Promise.all(Object.entries(badTables).map(([name, content]) => write(name, content)));
  await write("good.yaml", stringify({ name: "bad", data, model: { latentDim: 4 } }));
  await write("empty.yaml", "");
  await write("list.yaml", "- name: bad\n");
  await write("broken.yaml", 'name: "bad\n  data: [');
  await write("twice.yaml", "name: a\nname: b\n");
  await write("proto.yaml", "name: bad\n__proto__: { seed: 3 }\ndata: {}\n");
  await write(
    "bomb.yaml",
    `a: &a [1,1]\n${"bcdefghi".replace(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
  );
  await mkdir(path.join(folder, "folder"));
  await mkdir(path.join(folder, "mine"));
  await write("mine/config.yaml", "mine: true\n");
  await mkdir(path.join(folder, "locked"));
  await chmod(path.join(folder, "locked"), 0o555);
});

/** One message of a few lines, nothing on stdout, no stack trace, exit code 2, and no file that was not there before. */
export async function refuses(args: readonly string[], ...parts: readonly (string | RegExp)[]): Promise<void> {
  const before = await files();
  const { code, stdout, stderr }: Finished = await pidreg(args, folder);
  expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^pidreg: \S/);
  expect(stderr.match(/^pidreg:/gm)).toHaveLength(1);
  expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(4);
  expect(stderr).not.toMatch(/^ +at |\.js:\d+|undefined|\[object/m);
  for (const part of parts) expect(stderr).toMatch(part);
  expect(await files()).toEqual(before);
}

async function files(): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => !/^config-/.test(name)).sort();
}

let configs = 0;

/** Trains the good config with some of its keys replaced. */
export async function training(changes: object): Promise<string[]> {
  const name = `config-${configs++}.yaml`;
  await write(name, stringify({ name: "bad", data, model: { latentDim: 4 }, ...changes }));
  return ["train", name, "--out", "never"];
}

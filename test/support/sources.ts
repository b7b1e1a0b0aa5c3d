import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./documents.js";

/** A file of the program, and its code without comments. */
export interface Source {
  /** Path in the repository. */
  readonly file: string;
  readonly code: string;
}

/** The files of the program below a folder of the repository, tests left out. */
export function sources(folder: string): Source[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/(\.test|test-support)\.ts$/.test(name))
    .map((name) => {
      const text = readFileSync(path.join(root, folder, name), "utf8");
      const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
      return { file: path.posix.join(folder, name.replaceAll(path.sep, "/")), code };
    });
}

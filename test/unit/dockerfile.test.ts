import { readFileSync } from "node:fs";
import path from "node:path";
import { validate } from "dockerfile-utils";
import { expect, it } from "vitest";
import { root } from "../support/documents.js";

const text = readFileSync(path.join(root, "Dockerfile"), "utf8");
const instructions = text.split("\n").filter((line) => /^[A-Z]+ /.test(line));

it("is a Dockerfile without faults", () => {
  expect(validate(text)).toEqual([]);
  expect(validate("FROM node\nCOPY a")).not.toEqual([]);
});

it("installs what the lockfile names, on a Node.js that pidreg runs on", () => {
  const { engines } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const [, least] = /^>=(\d+)/.exec(engines.node) ?? [];
  const bases = instructions
    .filter((line) => line.startsWith("FROM "))
    .map((line) => /^FROM node:(\d+)-/.exec(line)?.[1]);
  expect(bases).toEqual([least, least]);
  expect(instructions).toContain("COPY package.json package-lock.json ./");
  expect(instructions).toContain("RUN npm ci");
  expect(text).not.toMatch(/npm (install|i)\b/);
});

it("copies what the package ships and the program needs", () => {
  const { bin, files } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  for (const folder of ["bin", "dist", "configs"]) {
    expect(files.some((pattern: string) => pattern.startsWith(folder))).toBe(true);
    expect(instructions).toContain(`COPY --from=build /pidreg/${folder} /pidreg/${folder}`);
  }
  expect(text).toContain(`ln -s /pidreg/${bin.pidreg} /usr/local/bin/pidreg`);
});

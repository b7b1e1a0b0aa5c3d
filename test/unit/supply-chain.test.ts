import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root } from "../support/documents.js";

interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly dev?: boolean;
}

const read = (name: string) => readFileSync(path.join(root, name), "utf8");
const lock: { lockfileVersion: number; packages: Record<string, LockedPackage> } = JSON.parse(
  read("package-lock.json"),
);
const packages = Object.entries(lock.packages).filter(([place]) => place !== "");
const nameOf = (place: string) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);

describe("the lockfile", () => {
  it("names a SHA-512 of every package, none from elsewhere than the registry", () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(packages.length).toBeGreaterThan(100);
    for (const [place, { integrity, resolved, link }] of packages) {
      expect(integrity, place).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
      expect(resolved ?? "https://registry.npmjs.org/", place).toMatch(/^https:\/\/registry\.npmjs\.org\//);
      expect(link, place).toBeUndefined();
    }
  });

  it("agrees with package.json, which pins every version", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    for (const [name, version] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it("leaves packages of optional engines to those who want them, at the version that fits", () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(read("package.json"));
    expect(Object.keys(peerDependencies)).toEqual(["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"]);
    for (const [name, version] of Object.entries(peerDependencies)) {
      expect(version, name).toBe(dependencies["@tensorflow/tfjs"]);
      expect(peerDependenciesMeta[name], name).toEqual({ optional: true });
      expect(lock.packages[`node_modules/${name}`], name).toBeUndefined();
    }
  });

  it("needs no install script: they are off, and those there are do nothing that is used", () => {
    expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
    // core-js prints a line, esbuild checks its binary, onnxruntime-node fetches CUDA libraries that are asked for.
    const known = ["core-js", "esbuild", "onnxruntime-node"];
    const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => nameOf(place));
    expect(scripted.sort()).toEqual(known);
  });

  it("gives a software bill of materials in which every package has a free licence", { timeout: 120_000 }, async () => {
    const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
    const { stdout } = await promisify(execFile)("npm", args, {
      cwd: root,
      maxBuffer: 2 ** 26,
      shell: process.platform === "win32",
    });
    const { components } = JSON.parse(stdout) as {
      components: { name: string; group?: string; licenses?: { license?: { id?: string }; expression?: string }[] }[];
    };
    expect(components.length).toBeGreaterThan(100);
    const free =
      /^\(?(MIT|Apache-2\.0|ISC|0BSD|BSD-[23]-Clause|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|Python-2\.0| |OR|AND)+\)?$/;
    // The binaries of sharp are linked dynamically against libvips and others, which are under the LGPL.
    const lesser = /^(Apache-2\.0|MIT|LGPL-3\.0-or-later| |AND)+$/;
    // A tool of the tests, whose licence asks for nothing but its own files.
    expect(lock.packages["node_modules/axe-core"].dev).toBe(true);
    for (const { name, group, licenses } of components.filter(({ name }) => name !== "axe-core")) {
      const [licence] = licenses ?? [];
      const allowed = group === "@img" || name.startsWith("@img/") ? lesser : free;
      expect(licence?.license?.id ?? licence?.expression, name).toMatch(allowed);
    }
  });
});

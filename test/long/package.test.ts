import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/documents.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-package-"));
const project = path.join(folder, "project");
const installed = path.join(project, "node_modules/pidreg");

/** The files of the package as npm lists them. */
let packed: readonly string[] = [];
/** What npm said where it could not install the package; empty otherwise. */
let refused = "";

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, encoding: "utf8" });
}

beforeAll(() => {
  const [{ files, filename }] = JSON.parse(
    npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root),
  );
  packed = files.map(({ path: name }: { path: string }) => name);
  mkdirSync(project);
  writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  const install = ["install", "--ignore-scripts", "--prefer-offline", path.join(folder, filename)];
  const result = spawnSync("npm", [...install, "--no-audit", "--no-fund"], { cwd: project, encoding: "utf8" });
  if (result.status === 0) return;
  // Without a registry nothing can be installed; whatever else goes wrong is a fault of the package.
  if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENOTCACHED|ETIMEDOUT|network/i.test(result.stderr))
    throw new Error(result.stderr);
  refused = result.stderr;
  if (process.env.CI) throw new Error(`the registry cannot be reached: ${refused}`);
  console.warn(`SKIPPED: the packed file was not installed, for the registry cannot be reached\n${refused}`);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed file", () => {
  it("holds no map, no build info and no test", () => {
    expect(packed.filter((name) => /\.map$|tsbuildinfo|\.test\./.test(name))).toEqual([]);
    const mapped = packed.filter((name) => /^dist.*\.js$/.test(name) && /sourceMappingURL/.test(text(name)));
    expect(mapped).toEqual([]);
  });

  it("holds every file that its documents link to", () => {
    const documents = packed.filter((name) => name.endsWith(".md"));
    expect(documents).toContain("README.md");
    const missing = documents.flatMap((name) =>
      [...text(name).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, link]) => link)
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => path.posix.normalize(path.posix.join(path.posix.dirname(name), link)))
        .filter((link) => !packed.some((file) => file === link || file.startsWith(`${link.replace(/\/$/, "")}/`)))
        .map((link) => `${name}: ${link}`),
    );
    expect(missing).toEqual([]);
  });

  function text(name: string): string {
    return readFileSync(path.join(root, name), "utf8");
  }
});

describe("installed in an empty folder", () => {
  it("runs the command", ({ skip }) => {
    if (refused !== "") skip();
    const program = path.join(project, "node_modules/.bin/pidreg");
    expect(execFileSync(program, ["--version"], { encoding: "utf8" }).trim()).toBe(
      JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).version,
    );
    expect(execFileSync(program, ["--help"], { encoding: "utf8" })).toContain("pidreg train");
    const doctor = JSON.parse(execFileSync(program, ["doctor", "--json"], { encoding: "utf8" }));
    expect(JSON.stringify(doctor)).toContain("onnx");
  });

  it("gives each entry point to an import", ({ skip }) => {
    if (refused !== "") skip();
    const program = `
      const names = {};
      for (const entry of ["pidreg", "pidreg/pid", "pidreg/mi", "pidreg/losses", "pidreg/engine"]) {
        names[entry] = Object.keys(await import(entry));
      }
      console.log(JSON.stringify(names));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: project,
      encoding: "utf8",
    });
    const names = JSON.parse(out.trim().split("\n").at(-1) ?? "");
    expect(names.pidreg).toEqual(expect.arrayContaining(["trainRun", "predictRun", "crossval", "gaussianPid", "rmse"]));
    expect(names["pidreg/pid"]).toEqual(expect.arrayContaining(["gaussianPid", "pidFromResiduals"]));
    expect(names["pidreg/mi"]).toEqual(expect.arrayContaining(["checkInformation", "heldOutBound", "ksg"]));
    expect(names["pidreg/losses"]).toEqual(expect.arrayContaining(["csGaussianity", "mse"]));
    expect(names["pidreg/engine"]).toEqual(expect.arrayContaining(["createEngine", "engineNames"]));
  });

  it("compiles in a strict TypeScript project that checks the types of its libraries", ({ skip }) => {
    if (refused !== "") skip();
    writeFileSync(path.join(project, "use.ts"), use);
    const compilerOptions = {
      ...{ strict: true, module: "nodenext", target: "es2022", noEmit: true, skipLibCheck: false, types: [] },
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
    };
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [compiler, "-p", project], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
    expect(existsSync(installed)).toBe(true);
  });
});

/** Uses what the face offers; the types of results are those that the comments say. */
const use = `
import { type Evaluation, evaluateRun, InputError, predictRun, type RunResult, rmse, trainRun } from "pidreg";
import { type BoundEstimate, checkInformation, type GaussianCheck, heldOutBound, rowGroups } from "pidreg/mi";
import { gaussianPid, type PidResult } from "pidreg/pid";

export async function run(): Promise<number> {
  const trained: RunResult = await trainRun({
    config: { name: "example", data: { file: "t.csv", target: "y", modalities: { a: { columns: ["a*"] } } } },
    out: "runs/example",
  });
  await predictRun({ run: trained.folder, data: "t.csv", out: "p.csv" });
  const evaluation: Evaluation = await evaluateRun({ run: trained.folder });
  const atoms: PidResult = gaussianPid([[1, 0.5, 0.5], [0.5, 1, 0], [0.5, 0, 1]], {
    targets: 1,
    sources: [{ name: "a", size: 1 }, { name: "b", size: 1 }],
  });
  const bound: BoundEstimate = heldOutBound(() => 0, 4, { groups: rowGroups(["a", "a", "b", "b"], 4) });
  const columns = [new Float64Array(300)];
  const check: GaussianCheck = await checkInformation({ name: "y", columns }, [{ name: "a", columns }, { name: "b", columns }]);
  if (check.nonGaussian || bound.bits > 1) throw new InputError("never");
  if (atoms.information.total < 0) throw new InputError("never");
  return rmse([1], [2]) + (evaluation.metrics.perTarget.y?.rmse ?? 0);
}
`;

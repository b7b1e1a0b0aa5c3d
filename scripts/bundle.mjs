/*
 * Joins the compiled modules of the command line to a few files, dist/command/: Node.js opens, reads and links each module of
 * its own, which for a thousand of them takes as long as a small command. Run by `npm run build`, after the compiler.
 *
 * Every file of src/ that is a program has one of the same name there, and all stand as deep as a folder of src/: what they
 * find beside them or by `../../` they find in dist/ and in dist/command/ alike. Packages are not joined.
 */
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const programs = ["cli/main.js", "engine/try-engine.js", "modalities/decoded/worker.js"];

rmSync(at("command"), { recursive: true, force: true });
await build({
  entryPoints: programs.map(at),
  outdir: at("command"),
  entryNames: "[name]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  logLevel: "warning",
});
await import("./bundle-web.mjs");
// By which tests know that it was made of what the compiler made last.
const compiled = createHash("sha256")
  .update(readFileSync(at(".tsbuildinfo")))
  .digest("hex");
writeFileSync(at("command/.made-of"), `${compiled}\n`);

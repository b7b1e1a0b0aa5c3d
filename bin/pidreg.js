#!/usr/bin/env node
// Starts the compiled command line. In a source checkout that was never built, compiles it first.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`pidreg needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const entry = "../dist/command/main.js";

if (!existsSync(here(entry))) {
  const tsc = here("../node_modules/typescript/bin/tsc");
  if (!existsSync(tsc)) {
    process.stderr.write("pidreg is not built: run `npm ci`, then `npm run build`.\n");
    process.exit(1);
  }
  process.stderr.write("Compiling pidreg (first run in this checkout) ...\n");
  for (const step of [[tsc, "-p", here("../tsconfig.build.json")], [here("../scripts/bundle.mjs")]]) {
    if (spawnSync(process.execPath, step, { stdio: ["ignore", 2, 2] }).status !== 0) process.exit(1);
  }
}

await import(entry);

/*
 * Joins what runs in a browser: `dist/browser/page.js`, the program that `pidreg page` puts into every page, `dist/browser/loader.js`, which unpacks it, and
 * `dist/browser/web.js`, the entry point `pidreg/web`. Run by scripts/bundle.mjs, once, when the package is built.
 */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { forBrowsers } from "./for-browsers.mjs";

const at = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

rmSync(at("browser"), { recursive: true, force: true });
await build({ ...forBrowsers, entryPoints: [at("web/page/main.js")], outfile: at("browser/page.js"), format: "iife" });
await build({
  ...forBrowsers,
  entryPoints: [at("web/page/loader.js")],
  outfile: at("browser/loader.js"),
  format: "iife",
});
await build({ ...forBrowsers, entryPoints: [at("library/web.js")], outfile: at("browser/web.js"), format: "esm" });

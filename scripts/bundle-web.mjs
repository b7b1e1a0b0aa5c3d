/*
 * Joins what runs in a browser: `dist/browser/page.js`, the program that `pidreg page` puts into every page, and
 * `dist/browser/web.js`, the entry point `pidreg/web`. Run by scripts/bundle.mjs, once, when the package is built.
 *
 * Files of `src/web/stand-ins/` take the places of what a browser has otherwise. Any other Node module that is reachable
 * fails the build.
 */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const places = new Map([
  [at("tensorflow.js"), at("web/stand-ins/tensorflow.js")],
  [at("files/utf8.js"), at("web/stand-ins/utf8.js")],
]);

const shared = {
  bundle: true,
  minify: true,
  legalComments: "none",
  charset: "utf8",
  platform: "browser",
  target: ["chrome109", "firefox115", "safari16.4"],
  inject: [at("web/stand-ins/buffer.js")],
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [
    {
      name: "stand-ins",
      setup: ({ onResolve }) => {
        onResolve({ filter: /(?:tensorflow|utf8)\.js$/ }, ({ path, resolveDir, importer }) => {
          if (!path.startsWith(".")) return undefined;
          const place = places.get(fileURLToPath(new URL(path, `file://${resolveDir}/`)));
          return place === undefined || place === importer ? undefined : { path: place };
        });
      },
    },
  ],
  logLevel: "warning",
};

rmSync(at("browser"), { recursive: true, force: true });
await build({ ...shared, entryPoints: [at("web/page/main.js")], outfile: at("browser/page.js"), format: "iife" });
await build({ ...shared, entryPoints: [at("library/web.js")], outfile: at("browser/web.js"), format: "esm" });

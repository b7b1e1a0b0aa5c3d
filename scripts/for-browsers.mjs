/*
 * How compiled modules are joined for a browser. Files of `src/web/stand-ins/` take the places of what a browser has otherwise: modules of
 * pidreg, and those of Node that read the files which a user names. Any other Node module that is reachable fails the build.
 */
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const standIn = (name) => at(`web/stand-ins/${name}.js`);

const places = new Map([
  [at("tensorflow.js"), standIn("tensorflow")],
  [at("files/utf8.js"), standIn("utf8")],
  [at("files/positioned-rows.js"), standIn("positioned-rows")],
  [at("modalities/decoded/decoded-rows.js"), standIn("decoded-rows")],
  [at("modalities/decoded/decoders/image.js"), standIn("image")],
  [at("modalities/frozen/encode.js"), standIn("frozen")],
]);
const ofNode = ["buffer", "fs", "fs/promises", "path", "zlib"];

/** Options of esbuild. */
export const forBrowsers = {
  bundle: true,
  minify: true,
  legalComments: "none",
  charset: "utf8",
  platform: "browser",
  target: ["chrome109", "firefox115", "safari16.4"],
  inject: [standIn("buffer"), standIn("process")],
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [
    {
      name: "stand-ins",
      setup: ({ onResolve }) => {
        onResolve({ filter: /^\..*\.js$/ }, ({ path, resolveDir, importer }) => {
          const place = places.get(fileURLToPath(new URL(path, `file://${resolveDir}/`)));
          return place === undefined || place === importer ? undefined : { path: place };
        });
        onResolve({ filter: /^node:/ }, ({ path }) => {
          const name = path.slice("node:".length);
          return ofNode.includes(name) ? { path: standIn(`node-${name.replace("/", "-")}`) } : undefined;
        });
      },
    },
  ],
  logLevel: "warning",
};

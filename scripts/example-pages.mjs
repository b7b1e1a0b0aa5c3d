/*
 * Makes pages to look at, of models of generated tables and pictures: docs/api/pages/quickstart.html, three.html and photos.html, and files for the last. Run by
 * `npm run docs`, behind typedoc, which empties its folder, and links them (scripts/typedoc-pages.mjs).
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { examplePages } from "./example-pages-list.mjs";
import { writePhotos } from "./example-photos.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pidreg-pages-"));
const pidreg = (...words) =>
  execFileSync(process.execPath, [at("bin/pidreg.js"), ...words], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
const set = (words) => words.flatMap((word) => ["--set", word]);

/** Small networks that may lack a modality, so that pages have their switches. */
const small = ["model.latentDim=8", "model.encoder.hidden=[64, 32]", "model.predictor.hidden=[64, 32]"];
const lacking = [...small, "model.encoder.embedding=none", "training.modalityDropout=0.2"];
/** Pictures take a while: enough epochs to see the disc. */
const short = ["training.stage1.maxEpochs=20", "training.stage2.maxEpochs=40"];

mkdirSync(at("docs/api/pages"), { recursive: true });
try {
  pidreg("quickstart", "--out", "quickstart", "--quiet");
  pidreg("synth", "three", "--out", "three", "--rows", "2000");
  pidreg("train", "three/config.yaml", "--out", "run", "--quiet", ...set([...lacking, "name=three modalities"]));
  await writePhotos(folder, 600);
  pidreg("train", "photos.yaml", "--out", "photos-run", "--quiet", ...set([...lacking, ...short]));
  pidreg("page", "quickstart", "--out", at("docs/api/pages/quickstart.html"));
  pidreg("page", "run", "--out", at("docs/api/pages/three.html"));
  pidreg("page", "photos-run", "--out", at("docs/api/pages/photos.html"));
  await writePhotos(at("docs/api/pages/photos"), 12);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Links of the website to these pages, as their files: each is there, and each page is linked by the first page of the website. */
const linked = readdirSync(at("docs/api"), { recursive: true })
  .filter((name) => /^(?:index|documents\/.*)\.html$/.test(name))
  .flatMap((name) => {
    const links = readFileSync(at(`docs/api/${name}`), "utf8").matchAll(/href="((?:\.\.\/)*pages\/[^"]+)"/g);
    return Array.from(links, ([, href]) => ({ name, file: resolve(dirname(at(`docs/api/${name}`)), href) }));
  });
for (const { file } of examplePages) {
  if (!linked.some((link) => link.name === "index.html" && link.file === at(`docs/api/${file}`)))
    throw new Error(`docs/api/index.html does not link ${file}`);
}
for (const { name, file } of linked)
  if (!existsSync(file)) throw new Error(`docs/api/${name} links ${file}, which is not there`);

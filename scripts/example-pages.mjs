/*
 * Makes two pages to look at, of models of generated tables: docs/api/pages/quickstart.html and three.html. Run by `npm run docs`, behind
 * typedoc, which empties its folder.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pidreg-pages-"));
const pidreg = (...words) =>
  execFileSync(process.execPath, [at("bin/pidreg.js"), ...words], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });

/** Small networks that may lack a modality, so that the page has its switches. */
const small = ["model.latentDim=8", "model.encoder.hidden=[64, 32]", "model.predictor.hidden=[64, 32]"];
const model = [...small, "model.encoder.embedding=none", "training.modalityDropout=0.2", "name=three modalities"];

mkdirSync(at("docs/api/pages"), { recursive: true });
try {
  pidreg("quickstart", "--out", "quickstart", "--quiet");
  pidreg("synth", "three", "--out", "three", "--rows", "2000");
  pidreg("train", "three/config.yaml", "--out", "run", "--quiet", ...model.flatMap((word) => ["--set", word]));
  pidreg("page", "quickstart", "--out", at("docs/api/pages/quickstart.html"));
  pidreg("page", "run", "--out", at("docs/api/pages/three.html"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// A copy of the checkout in which faults stand, so that the checkout itself is never changed.
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { withFaults } from "./sites.mjs";

const leftOut = new Set(["node_modules", "dist", "runs", "coverage", ".git"]);

const setup = `import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
const active = Number(process.env.PIDREG_FAULT ?? -1);
const reached = new Set();
globalThis.__fault = (id) => {
  reached.add(id);
  return id === active;
};
const { PIDREG_REACHED: folder } = process.env;
if (folder !== undefined) {
  afterAll(() => {
    const file = expect.getState().testPath;
    const name = file.replaceAll(/[^\\w.-]/g, "_");
    writeFileSync(join(folder, name), JSON.stringify({ file, reached: [...reached] }));
  });
}
`;

const config = `import whole from "./vitest.config.js";
const { test } = whole.test.projects.find((project) => project.test.name === "unit");
export default { test: { ...test, name: undefined, pool: "forks", setupFiles: ["./mutants-setup.mjs"] } };
`;

/**
 * Copies a checkout into a new folder, with faults in it that are switched off.
 * @param sites faults with their ids
 * @returns the folder
 */
export async function copyWithFaults(root, sites) {
  const folder = join(await mkdtemp(join(tmpdir(), "pidreg-mutants-")), "pidreg");
  await mkdir(folder);
  const wanted = (source) => !leftOut.has(relative(root, source).split(sep)[0]);
  await cp(root, folder, { recursive: true, filter: wanted });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of new Set(sites.map(({ file }) => file))) {
    const source = await readFile(join(root, name), "utf8");
    const chosen = sites.filter(({ file }) => file === name);
    await writeFile(join(folder, name), withFaults(name, source, chosen));
  }
  await writeFile(join(folder, "mutants-setup.mjs"), setup);
  await writeFile(join(folder, "mutants.config.mjs"), config);
  return folder;
}

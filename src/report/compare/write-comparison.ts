import { mkdir } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../../errors.js";
import { plural } from "../text.js";
import { type WrittenReport, writePage } from "../write-page.js";
import { comparedSection } from "./compared.js";
import type { Comparison } from "./comparison.js";
import { differencesSection } from "./differences.js";
import { errorsSection } from "./errors.js";
import { informationSection } from "./information.js";

/**
 * Writes `compare.html`, a self-contained page like a run's report, and its figures into a folder, which is made when
 * missing.
 * @throws InputError when the folder cannot be written
 */
export async function writeComparison(comparison: Comparison, folder: string): Promise<WrittenReport> {
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return;
    throw new InputError(`${folder}: cannot be made (${error.code}); give a folder in one that exists`);
  });
  const runs = comparison.groups.reduce((sum, group) => sum + group.runs.length, 0);
  const sections = [
    comparedSection(comparison),
    await errorsSection(comparison),
    await differencesSection(comparison),
    await informationSection(comparison),
  ];
  const head = {
    title: comparison.groups.map(({ label }) => label).join(" and "),
    subtitle: `${plural(runs, "run")} in ${plural(comparison.groups.length, "group")}, side by side`,
  };
  return writePage(
    path.join(folder, "compare.html"),
    head,
    sections.filter((section) => section !== null),
  );
}

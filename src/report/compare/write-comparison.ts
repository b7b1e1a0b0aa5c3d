import path from "node:path";
import { makeFolder } from "../../files/make-folder.js";
import type { PageHead } from "../page.js";
import { joinWords, plural } from "../text.js";
import { writePage } from "../write-page.js";
import type { WrittenReport } from "../written-report.js";
import { comparedSection } from "./compared.js";
import type { Comparison } from "./comparison.js";
import { differencesSection } from "./differences.js";
import { errorsSection } from "./errors.js";
import { informationSection } from "./information.js";

/**
 * Writes `compare.html`, a self-contained page like a run's report, and its figures into a folder, which is made when
 * missing.
 * @throws InputError when there can be no such folder, RunError when the disk refuses it
 */
export async function writeComparison(comparison: Comparison, folder: string): Promise<WrittenReport> {
  await makeFolder(folder);
  const sections = [
    comparedSection(comparison),
    await errorsSection(comparison),
    await differencesSection(comparison),
    await informationSection(comparison),
  ];
  return writePage(
    path.join(folder, "compare.html"),
    head(comparison),
    sections.filter((section) => section !== null),
  );
}

function head({ groups, targets }: Comparison): PageHead {
  const runs = groups.flatMap((group) => group.runs);
  const names = [...new Set(runs.map(({ name }) => name))];
  return {
    madeFrom: "the files of the run folders",
    title: `${joinWords(names)}: comparison`,
    subtitle: `Prediction of ${joinWords(targets)}; ${plural(runs.length, "run")} in ${plural(groups.length, "group")}`,
  };
}

import { join } from "node:path";
import { makeFolder } from "../../files/make-folder.js";
import { joinWords } from "../../report/text.js";
import { writePage } from "../../report/write-page.js";
import type { WrittenReport } from "../../report/written-report.js";
import { shown } from "../../shown.js";
import { storedTask } from "../../tasks/tasks.js";
import { testedCount } from "../crossval/arm.js";
import { comparedBlocks } from "../crossval/compared-text.js";
import { comparedResults } from "../crossval/paired.js";
import { comparedSection } from "../pages/compared-section.js";
import { heading, paragraph, type TextBlock } from "../text-blocks.js";
import type { ComparedStudies } from "./compare-studies.js";
import type { StudyComparison } from "./study-comparison.js";

const title = ({ arms }: ComparedStudies) => `${arms.length} cross-validations on the same folds`;

/** What is compared: folders, rows and folds. */
function comparedRows({ arms, folders }: ComparedStudies): TextBlock[] {
  const { runs } = arms[0].found;
  const each = arms.map(({ letter }, i) => `${letter} ${shown(folders[i])}`);
  return paragraph(
    `${testedCount(runs)} rows in ${runs.length} test folds, the same in each: ${joinWords(each)}. Mean over the test folds ± standard deviation over them.`,
  );
}

/** The comparison for a terminal. */
export function studiesText(compared: ComparedStudies): TextBlock[] {
  return [heading(title(compared)), ...comparedRows(compared), ...comparedBlocks(compared)];
}

/** The comparison as plain data. */
export function studiesJson(compared: ComparedStudies): StudyComparison {
  const { arms, folders } = compared;
  const [{ found }] = arms;
  const { configs, paired } = comparedResults(compared);
  return {
    kind: "crossval",
    ...storedTask(found.task),
    ...{ targets: Object.keys(found.targets), units: found.units ?? {} },
    ...{ rows: testedCount(found.runs), folds: found.runs.length },
    configs: configs.map((config, i) => ({
      ...{ ...config, folder: folders[i] },
      targets: Object.fromEntries(
        Object.entries(arms[i].found.targets).map(([target, { intervals, calibration, coverage }]) => [
          target,
          { intervals, calibration, coverage },
        ]),
      ),
    })),
    paired,
  };
}

/** Writes `compare.html` and its figures into a folder, which is made when missing. @throws as `writeComparison` */
export async function writeStudies(compared: ComparedStudies, folder: string): Promise<WrittenReport> {
  await makeFolder(folder);
  const targets = Object.keys(compared.arms[0].found.targets);
  return writePage(
    join(folder, "compare.html"),
    {
      madeFrom: "the files of the study folders",
      title: title(compared),
      subtitle: `Prediction of ${joinWords(targets)}`,
    },
    [await comparedSection(compared, comparedRows(compared))],
  );
}

import type { MeasuredTask } from "../../tasks/measured-task.js";
import type { TaskName } from "../../tasks/measured-tasks.js";
import { classesReport } from "./classes/classes-report.js";
import { regressionReport } from "./regression/regression-report.js";
import type { TaskReport } from "./task-report.js";

/** What is said of every task. */
const reports: Readonly<Record<TaskName, TaskReport>> = {
  regression: regressionReport,
  classes: classesReport,
};

/** What is said of that task. @throws RangeError for one that has no report */
export function reportOf({ name }: Pick<MeasuredTask, "name">): TaskReport {
  const known: Readonly<Record<string, TaskReport>> = reports;
  if (!Object.hasOwn(known, name)) throw new RangeError(`no report of the task "${name}"`);
  return known[name];
}

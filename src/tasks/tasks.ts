import { type DataConfig, targetKind } from "../config/data.js";
import type { Target } from "../data/dataset.js";
import { classes } from "./classes/classes.js";
import type { TaskName } from "./measured-tasks.js";
import { regression } from "./regression/regression.js";
import type { Task } from "./task.js";

/** Every task. One that is added here, and to the lists that TypeScript then asks for, is known everywhere. */
export const tasks = { regression, classes } as const satisfies Record<TaskName, Task>;

/** The task of results and models that name none. */
export const unnamedTask: TaskName = "regression";

/** The task that the `data` section asks for, or where it leaves that to the table, what its values are. */
export function taskOf(data: Pick<DataConfig, "target">, targets: readonly Pick<Target, "classes">[] = []): Task {
  const named = targetKind(data) === "class" || targets.some(({ classes: labels }) => labels !== undefined);
  return named ? tasks.classes : tasks.regression;
}

/** What is stored of a task: its name, where that is not what is understood. */
export function storedTask({ name }: Pick<Task, "name">): { readonly task?: string } {
  return name === unnamedTask ? {} : { task: name };
}

/** The task of that name; undefined, as in results and models of numbers, is regression. @throws RangeError for no task */
export function taskNamed(name: string | undefined): Task {
  const known: Readonly<Record<string, Task>> = tasks;
  const key = name ?? unnamedTask;
  if (!Object.hasOwn(known, key)) throw new RangeError(`no task "${key}"; there are ${Object.keys(known).join(", ")}`);
  return known[key];
}

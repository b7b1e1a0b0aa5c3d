import { taskNamed } from "../../tasks/tasks.js";
import { html, table } from "../html.js";
import { errorsOf, metricCells } from "../metric-cells.js";
import type { Section } from "../section.js";
import { formatCount, plural } from "../text.js";
import type { Comparison } from "./comparison.js";
import { repeatedText } from "./repeated-text.js";

/** Which runs are compared, and which of them are one group. */
export function comparedSection({ task, groups, targets, repeated, messages }: Comparison): Section {
  const errors = errorsOf(taskNamed(task).metrics);
  const [first] = groups;
  return {
    id: "compared",
    title: "What is compared",
    reading: [
      ...groups.map(({ letter, label, runs }) => html`<b>${letter}</b>: ${label}, ${plural(runs.length, "run")}.`),
      ...repeated.map((runs) => html`${repeatedText(runs).join(" ")}`),
      ...messages.map((message) => html`${message}`),
    ],
    figures: [],
    legend: html`Letters are those that name nothing in the runs. Runs whose configs say the same, name, seed, engine and evaluation aside, are one group. Differences are taken from
      ${first.letter}, the group of the first run that was given.`,
    body: table(
      [
        ["run", "text"],
        ["group", "text"],
        ["seed", "number"],
        ["test rows", "number"],
        ...targets.flatMap((target) =>
          errors.map(({ title }) => [targets.length === 1 ? title : `${target}: ${title}`, "number"] as const),
        ),
      ],
      groups.flatMap(({ letter, runs }) =>
        runs.map(({ folder, seed, testRows, test }) => [
          folder,
          letter,
          String(seed),
          formatCount(testRows),
          ...targets.flatMap((target) => metricCells(errors, test[target])),
        ]),
      ),
    ),
  };
}

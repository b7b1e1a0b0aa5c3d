import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach } from "vitest";
import type { TrainTask } from "../../src/executors/executor.js";
import { pooled } from "../../src/executors/processes.js";
import type { StudyOptions } from "../../src/study/study.js";
import { leaveRun } from "./left-behind.js";
import { smallTable } from "./small-study.js";

/** A folder for small studies whose trainings leave made runs behind; every test has a new study folder. */
export function studyBench(label: string) {
  const root = mkdtempSync(path.join(tmpdir(), `pidreg-${label}-`));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const table = path.join(root, smallTable.name);
  const trained: TrainTask[] = [];
  const train = async (task: TrainTask) => {
    trained.push(task);
    await leaveRun(task);
  };
  const executor = pooled(train, { jobs: 1 });
  const bench = {
    ...{ root, table, trained, train, executor },
    /** Study folder of the test. */
    out: root,
    options: (more: Partial<StudyOptions> = {}): StudyOptions => ({ out: bench.out, executor, ...more }),
    file: (...names: string[]) => path.join(bench.out, ...names),
    read: (...names: string[]) => readFileSync(bench.file(...names), "utf8"),
    /** Names of the trainings since the test began. */
    names: () => trained.map(({ name, resume }) => (resume ? `${name} resumed` : name)),
    /** Goes on in a new study folder. */
    begin: () => {
      bench.out = mkdtempSync(path.join(root, "out-"));
    },
  };
  beforeEach(() => {
    writeFileSync(table, smallTable.text);
    bench.begin();
    trained.length = 0;
  });
  return bench;
}

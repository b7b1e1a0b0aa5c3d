/* One training of bench/train.mjs: node bench/train-once.mjs TABLE [path=value ..]; prints what it took as JSON. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { trainRun } from "pidreg";
import { withTable } from "./train-tables.mjs";

const [table, ...overrides] = process.argv.slice(2);
const folder = await mkdtemp(path.join(tmpdir(), "pidreg-bench-"));
try {
  const epochs = {};
  const observer = {
    epoch: ({ phase, epoch }) => {
      epochs[phase] = epoch;
    },
  };
  // A table that is generated is there before the training begins.
  const before = process.cpuUsage();
  let made = { user: 0, system: 0 };
  const trained = await withTable(table, overrides, ({ config, baseFolder }) => {
    made = process.cpuUsage(before);
    return trainRun({ config, baseFolder, out: path.join(folder, "run"), observer });
  });
  process.stdout.write(JSON.stringify(trained === null ? null : { ...spent(made), ...errors(trained), epochs }));
} finally {
  await rm(folder, { recursive: true });
}

/** Of this process, from its start, without what the table took. */
function spent(made) {
  const all = process.cpuUsage();
  const [user, system] = [all.user - made.user, all.system - made.system];
  const round = (seconds) => Math.round(seconds * 10) / 10;
  return { cpuSeconds: round((user + system) / 1e6), wallSeconds: round(performance.now() / 1000) };
}

function errors({ metrics: { validation, test } }) {
  return { error: test.overall.rmse, validation: validation.overall.rmse };
}

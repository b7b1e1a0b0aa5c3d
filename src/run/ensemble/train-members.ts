import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import type { Executor, TrainTask } from "../../executors/executor.js";
import { yamlText } from "../../files/yaml.js";
import { derivedSeed } from "../../math/rng.js";
import { isFinished } from "../../record/commit.js";
import { undigestedMessages } from "../../record/digests.js";
import { memberFolder } from "../../record/ensemble-folder.js";
import type { DataChecksums } from "../../record/environment.js";
import { rebaseConfig } from "../../record/rebase-config.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { changedData, isRunOf, isTrainingOf } from "../../record/same-run.js";
import { plural } from "../../report/text.js";

export interface TrainMembersOptions {
  readonly folder: RunFolder;
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Of the files that the run has read: every member must have read the same. */
  readonly checksums: DataChecksums;
  /** What trains the members. */
  readonly executor: Executor;
  readonly signal?: AbortSignal;
  readonly onMessage?: (text: string) => void;
}

/** What the user is told of a run that is an ensemble. */
export function ensembleMessage(members: number): string {
  return (
    `ensemble of ${members}: predictions, contributions and atoms are means over its members, each a run in ` +
    `${runFiles.members}/; the training curves are those of member 1`
  );
}

/**
 * The config of a member: a training of its own on the rows of the run. Member 1 is what the run would be without
 * `ensemble`, to the last bit; only it trains comparison networks.
 */
export function memberConfig(config: Config, member: number): Config {
  const split = { ...config.data.split, seed: config.data.split.seed ?? config.seed };
  return {
    ...config,
    name: `${config.name.slice(0, 85)} member ${member}`,
    seed: member === 1 ? config.seed : derivedSeed(config.seed, `member/${member}`),
    ensemble: 1,
    data: { ...config.data, split },
    evaluation: { ...config.evaluation, baselines: member === 1 && config.evaluation.baselines },
  };
}

/**
 * The members that were begun must be those of the config; asked before anything is written.
 * @throws InputError naming the first that is not
 */
export async function checkMembers({ path }: RunFolder, config: Config, checksums: DataChecksums): Promise<void> {
  for (let member = 1; member <= config.ensemble; member++) {
    const out = new RunFolder(memberFolder(path, member));
    const begun = (await out.has(runFiles.environment)) && (await out.has(runFiles.config));
    if (!begun || (await isTrainingOf(out, memberConfig(config, member), checksums))) continue;
    throw new InputError(
      `${out.path}: was begun with another config, other data or another version of pidreg` +
        `${await changedData(out, checksums)}; restore them, delete that folder, or train into another one with --out`,
    );
  }
}

/**
 * Trains the members that are not finished. One that is, with another `evaluation` section, is
 * evaluated anew.
 * @throws what the first failing member throws; InputError when one has read another table than the run
 */
export async function trainMembers(options: TrainMembersOptions): Promise<void> {
  const { folder, config, baseFolder, checksums, executor, onMessage, signal = new AbortController().signal } = options;
  const open: TrainTask[] = [];
  const undigested: string[] = [];
  for (let member = 1; member <= config.ensemble; member++) {
    const out = new RunFolder(memberFolder(folder.path, member));
    const own = memberConfig(config, member);
    if ((await isFinished(out)) && (await isRunOf(out, own, checksums))) {
      if (!(await out.has(runFiles.digests))) undigested.push(out.path);
      continue;
    }
    await folder.createInside(runFiles.members);
    const members = new RunFolder(folder.file(runFiles.members));
    await members.writeText(`${member}.yaml`, yamlText(rebaseConfig(own, baseFolder, members.path)));
    const resume = await out.has(runFiles.environment);
    open.push({ name: `member ${member}`, config: members.file(`${member}.yaml`), out: out.path, resume });
  }
  if (open.length < config.ensemble) onMessage?.(`${plural(config.ensemble - open.length, "member")} finished before`);
  for (const message of undigestedMessages(undigested)) onMessage?.(message);
  let done = config.ensemble - open.length;
  await executor.run(open, signal, (index, failure) => {
    if (failure === undefined) onMessage?.(`[${++done}/${config.ensemble}] ${open[index].name} done`);
  });
  // Each has read the table itself.
  await checkMembers(folder, config, checksums);
}

import type { Config } from "../config/schema.js";
import { orderText } from "../data/order/row-order.js";
import type { RowStore } from "../data/rows.js";
import { InputError } from "../errors.js";
import { sha256 } from "../files/checksum.js";
import { readUserBytes } from "../files/user-file.js";
import { yamlText } from "../files/yaml.js";
import { dataCards } from "../modalities/cards.js";
import { codingsOf, dateCodingsOf, type Preparations, tablesAmong } from "../modalities/prepare.js";
import type { Commit } from "../record/commit.js";
import type { DateAccount, Environment } from "../record/data-schemas.js";
import { digestsKey } from "../record/digests.js";
import { rebaseConfig } from "../record/rebase-config.js";
import { frozenFile, type RunFolder, runFiles } from "../record/run-folder.js";
import { rowsText } from "../record/run-rows.js";
import type { PreparedRun } from "./prepare.js";

/** What a run is made from. */
export interface RunInputs {
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  readonly prepared: PreparedRun;
  readonly environment: Environment;
}

/**
 * Writes what is known before training: environment, config, account of the data, rows of the parts and their digests.
 * @throws WriteError
 */
export async function writeInputs(
  commit: Commit,
  folder: RunFolder,
  { config, baseFolder, prepared, environment }: RunInputs,
): Promise<void> {
  const { dataset, split, parts, unfit, missing, harmonisation, confounds, preprocessor, preparation, messages } =
    prepared;
  // First: it is what marks a folder as a run's.
  await commit.placeJson(runFiles.environment, { ...environment, [digestsKey]: runFiles.digests });
  await commit.place(runFiles.config, yamlText(rebaseConfig(config, baseFolder, folder.path)));
  await placeFrozen(commit, folder, dataset.stores ?? []);
  const cards = await dataCards(dataset, preprocessor);
  const categories = categoriesOf(preprocessor);
  const dates = datesOf(preprocessor);
  const account = {
    account: dataset.account,
    splits: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    ...(prepared.outOfCore === undefined ? {} : { outOfCore: prepared.outOfCore }),
    parts,
    unfit,
    missing,
    modalities: cards,
    ...(harmonisation === null ? {} : { harmonisation: harmonisation.account }),
    ...(confounds === null ? {} : { confounds: confounds.account }),
    ...(Object.keys(categories).length === 0 ? {} : { categories }),
    ...(Object.keys(dates).length === 0 ? {} : { dates }),
    droppedColumns: Object.fromEntries(
      tablesAmong(preprocessor).modalities.map(({ name, dropped }) => [name, dropped]),
    ),
    ...(preparation === null ? {} : { preparation }),
    messages,
  };
  await commit.placeJson(runFiles.data, account);
  await commit.place(runFiles.split, rowsText(split.rowIds, folder.file(runFiles.split)));
  await commit.place(runFiles.rows, rowsText(prepared.rowDigests, folder.file(runFiles.rows)));
}

/** Keeps the frozen networks of the modalities in the run, so that another machine has them. @throws InputError for one that changed */
async function placeFrozen(commit: Commit, folder: RunFolder, stores: readonly RowStore[]): Promise<void> {
  const networks = stores.flatMap(({ origin }) => origin?.frozen ?? []);
  if (networks.length === 0) return;
  await folder.createInside(runFiles.model);
  for (const { path, sha256: expected } of new Map(networks.map((network) => [network.sha256, network])).values()) {
    const bytes = await readUserBytes(path);
    if (sha256(bytes) !== expected) {
      throw new InputError(
        `${path}: changed while it was read; let what writes it come to an end, then run the command again`,
      );
    }
    await commit.place(frozenFile(expected), bytes);
  }
}

/** Values of categories, by modality and column. */
function categoriesOf(preprocessor: Preparations): Record<string, Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(codingsOf(preprocessor)).map(([name, codings]) => [
      name,
      Object.fromEntries(codings.map(({ column, levels }) => [column, levels])),
    ]),
  );
}

/** What became of dates, by modality and column. */
function datesOf(preprocessor: Preparations): Record<string, Record<string, DateAccount>> {
  return Object.fromEntries(
    Object.entries(dateCodingsOf(preprocessor)).map(([name, codings]) => [
      name,
      Object.fromEntries(
        codings.map(({ column, parts, reference }) => [
          column,
          { parts: [...parts], reference: orderText({ kind: "date" }, reference) },
        ]),
      ),
    ]),
  );
}

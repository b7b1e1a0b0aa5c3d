import { basename } from "node:path";
import { deflateRawSync } from "node:zlib";
import { besideOf, type ModalityConfig } from "../config/modalities/kinds.js";
import type { Config } from "../config/schema.js";
import { checkRunFolder } from "../record/check-run-folder.js";
import { ensembleMembers } from "../record/ensemble-folder.js";
import { encodeModel, type LoadedModel, loadModel } from "../record/model-folder.js";
import { RunFolder, runFiles } from "../record/run-folder.js";
import { calibrationToJSON } from "../record/stored-calibration.js";
import type { PageContents } from "../web/contents.js";

/** What a page holds of a run, and folders whose models carry no digests. */
export interface ReadContents {
  readonly contents: PageContents;
  readonly undigested: readonly string[];
}

/**
 * Reads the models of a run for a page: what they need to predict, with the names of files alone where a config has paths.
 * @throws InputError when the run is not finished
 */
export async function pageContents(run: string): Promise<ReadContents> {
  await checkRunFolder(run);
  const ensemble = await ensembleMembers(run);
  const folders = ensemble?.members ?? [run];
  const models: LoadedModel[] = [];
  for (const folder of folders) models.push(await loadModel(new RunFolder(folder).file(runFiles.model)));
  return {
    contents: {
      format: "pidreg-page-2",
      models: models.map((model) => {
        const { document, weights } = encodeModel({ ...model, config: withoutFolders(model.config) });
        return { document: packed(document), weights: packed(weights) };
      }),
      calibration: ensemble === null ? null : calibrationToJSON(ensemble.calibration),
    },
    undigested: [
      ...(ensemble !== null && !ensemble.digested ? [run] : []),
      ...folders.filter((_, k) => !models[k].digested),
    ],
  };
}

/** Bytes as a page holds them: the preparation of many columns takes a quarter of its size. */
function packed(bytes: string | Buffer): string {
  return deflateRawSync(bytes, { level: 9 }).toString("base64");
}

/** The config without the folders of the machine that trained it. */
function withoutFolders(config: Config): Config {
  const { data } = config;
  const name = (file: string | undefined) => (file === undefined ? undefined : basename(file));
  const modality = (own: ModalityConfig): ModalityConfig => {
    const renamed = besideOf(own)?.renamed((file) => basename(file)) ?? own;
    return { ...renamed, file: name(own.file), ...("root" in renamed ? { root: undefined } : {}) };
  };
  return {
    ...config,
    data: {
      ...data,
      file: name(data.file),
      tables: data.tables?.map((table) => ({ ...table, file: basename(table.file) })),
      modalities: Object.fromEntries(Object.entries(data.modalities).map(([key, own]) => [key, modality(own)])),
      split: { ...data.split, file: name(data.split.file) },
      streaming: data.streaming && { ...data.streaming, cache: undefined },
    },
  };
}

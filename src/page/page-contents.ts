import { basename } from "node:path";
import { deflateRawSync } from "node:zlib";
import { frozenOf } from "../config/modalities/frozen.js";
import { besideOf, type ModalityConfig } from "../config/modalities/kinds.js";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
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
 * @throws InputError when the run is not finished, or rows of a modality go through a frozen network
 */
export async function pageContents(run: string): Promise<ReadContents> {
  await checkRunFolder(run);
  const ensemble = await ensembleMembers(run);
  const folders = ensemble?.members ?? [run];
  const models: LoadedModel[] = [];
  for (const folder of folders) models.push(await loadModel(new RunFolder(folder).file(runFiles.model)));
  refuseFrozen(run, models[0]);
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

/** Networks of other makers need ONNX Runtime and weigh more than a page may. */
function refuseFrozen(run: string, { config }: LoadedModel): void {
  const found = Object.entries(config.data.modalities).find(([, modality]) => frozenOf(modality) !== undefined);
  if (found === undefined) return;
  throw new InputError(
    `${run}: rows of modality "${found[0]}" go through a frozen network (${frozenOf(found[1])?.file}), which pages do not run; ` +
      "predict with `pidreg predict`, or export the model with `pidreg export --onnx`",
  );
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

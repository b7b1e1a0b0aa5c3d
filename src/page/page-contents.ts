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
import { takeLists } from "../web/packed/number-lists.js";
import { toPlanes } from "../web/packed/planes.js";
import { withoutShared } from "../web/packed/shared-keys.js";
import { textOfBytes } from "../web/packed/text-bytes.js";

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
    contents: packedContents(models, ensemble === null ? null : calibrationToJSON(ensemble.calibration)),
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

function packedContents(models: readonly LoadedModel[], calibration: unknown): PageContents {
  const encoded = models.map((model) => encodeModel({ ...model, config: withoutFolders(model.config) }));
  // Digests are of the files of the run folder.
  const documents = encoded.map(({ document }) => {
    const { digest: _digest, weights: _weights, ...own } = JSON.parse(document) as Record<string, unknown>;
    return own;
  });
  const { document, lists } = takeLists(withoutShared(documents));
  return {
    format: "pidreg-page-3",
    documents: packed(JSON.stringify(document)),
    lists: packed(lists),
    weights: encoded.map(({ weights }) => packed(toPlanes(weights))),
    calibration,
  };
}

/** Text or bytes as a page holds them. */
export function packed(contents: string | Uint8Array): string {
  return textOfBytes(deflateRawSync(contents, { level: 9 }));
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

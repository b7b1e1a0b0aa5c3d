import { nearest } from "./nearest.js";

/** Keys under the names that other tools have for them; of several the first is the one to begin with. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  epochs: ["training.stage2.maxEpochs", "training.stage1.maxEpochs"],
  maxepochs: ["training.stage2.maxEpochs", "training.stage1.maxEpochs"],
  numepochs: ["training.stage2.maxEpochs", "training.stage1.maxEpochs"],
  lr: ["training.optimizer.learningRate"],
  batch: ["training.batchSize"],
  bs: ["training.batchSize"],
  wd: ["training.optimizer.weightDecay"],
  latent: ["model.latentDim"],
  latentsize: ["model.latentDim"],
  layers: ["model.encoder.hidden"],
  hiddensize: ["model.encoder.hidden"],
  device: ["engine"],
  gpu: ["engine"],
  backend: ["engine"],
  cpu: ["engine"],
  workers: ["threads"],
  numworkers: ["threads"],
  randomstate: ["seed"],
  label: ["data.target"],
  y: ["data.target"],
  subject: ["data.id", "data.group"],
  groups: ["data.group"],
  patience: ["training.stage2.patience"],
  table: ["data.file"],
  csv: ["data.file"],
  path: ["data.file"],
  folds: [],
};

/** A key of more places is not proposed. */
const mostPlaces = 3;

/**
 * Paths of config keys that somebody may mean by a name: the name that other tools have for them, the same words written
 * another way (`batch_size`, `batch-size`), and keys of that name, or nearly, wherever they stand.
 * @param paths every path of the config, `training.batchSize`
 */
export function meantKeys(name: string, paths: readonly string[]): string[] {
  const plain = plainWords(name);
  if (Object.hasOwn(otherNames, plain)) return otherNames[plain].filter((path) => paths.includes(path));
  const named = paths.filter((path) => plainWords(lastOf(path)) === plain && !path.includes("NAME"));
  // A name that stands in many places, as `weight`, tells nothing of the place that is meant.
  if (named.length > 0) return named.length > mostPlaces ? [] : named;
  if (plain.length < 4) return [];
  const close = nearest(plain, [...new Set(paths.map((path) => plainWords(lastOf(path))))]);
  return paths.filter((path) => plainWords(lastOf(path)) === close && !path.includes("NAME")).slice(0, 3);
}

const lastOf = (path: string) => path.slice(path.lastIndexOf(".") + 1);
const plainWords = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, "");

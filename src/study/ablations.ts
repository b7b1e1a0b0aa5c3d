import { parseConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";

/** Something that can be left out of a training, as config keys. */
export interface Ablation {
  readonly name: string;
  readonly changes: Readonly<Record<string, unknown>>;
}

/** What `pidreg ablate` leaves out, one at a time: every loss, every stage, every option of model and training. */
export const ablations: readonly Ablation[] = [
  { name: "no-gaussianity", changes: { "losses.gaussianity.weight": 0 } },
  { name: "no-independence", changes: { "losses.independence.weight": 0 } },
  { name: "no-joint-gaussianity", changes: { "losses.jointGaussianity.weight": 0 } },
  {
    name: "no-information-losses",
    changes: {
      "losses.gaussianity.weight": 0,
      "losses.independence.weight": 0,
      "losses.jointGaussianity.weight": 0,
    },
  },
  { name: "no-capacity", changes: { "losses.capacity.weight": 0 } },
  { name: "no-auxiliary", changes: { "losses.auxiliary.weight": 0 } },
  { name: "no-stage-1", changes: { "model.fusion.method": "equal" } },
  // One epoch is the least that the schema allows.
  { name: "no-stage-2", changes: { "training.stage2.maxEpochs": 1, "training.stage2.patience": 1 } },
  { name: "no-interaction", changes: { "model.fusion.interaction": "none" } },
  { name: "no-embedding", changes: { "model.encoder.embedding": "none" } },
  { name: "no-averaging", changes: { "training.optimizer.averaging": 0 } },
  { name: "no-weight-decay", changes: { "training.optimizer.weightDecay": 0 } },
  { name: "no-schedule", changes: { "training.optimizer.schedule": "constant", "training.optimizer.warmupEpochs": 0 } },
  { name: "no-dropout", changes: { "model.encoder.dropout": 0, "model.predictor.dropout": 0 } },
  { name: "no-batch-norm", changes: { "model.encoder.batchNorm": false, "model.predictor.batchNorm": false } },
  { name: "no-quantiles", changes: { "data.inputs.preparation": "standardize" } },
];

/**
 * The ablations that change something of a config.
 * @param only names to choose from them; all if left out
 * @throws InputError for a name that is none, or one whose part the config does not use
 */
export function ablationsOf(config: Config, only?: readonly string[]): Ablation[] {
  const unknown = only?.find((name) => !ablations.some((ablation) => ablation.name === name));
  if (unknown !== undefined) {
    throw new InputError(
      `--only ${unknown}: there is no such ablation; there is: ${ablations.map(({ name }) => name).join(", ")}`,
    );
  }
  const effective = ablations.filter(({ changes }) =>
    Object.entries(changes).some(([path, value]) => valueAt(config, path) !== value),
  );
  const idle = only?.find((name) => !effective.some((ablation) => ablation.name === name));
  if (idle !== undefined) throw new InputError(`--only ${idle}: the config does without it already`);
  return effective.filter(({ name }) => only === undefined || only.includes(name));
}

/** The config with an ablation's changes. @throws InputError when they do not go together with the rest */
export function ablated(config: Config, { name, changes }: Ablation): Config {
  const tree: Tree = { ...structuredClone(config) };
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const parent = keys.slice(0, -1).reduce((node, key) => node[key] as Tree, tree);
    parent[keys[keys.length - 1]] = value;
  }
  return parseConfig(tree, name);
}

type Tree = { [key: string]: unknown };

function valueAt(config: Config, path: string): unknown {
  return path.split(".").reduce<unknown>((node, key) => (node as Tree)[key], config);
}

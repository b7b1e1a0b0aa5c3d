import { z } from "zod";
import { describeIssues } from "../../config/issues.js";
import { assertSafeKeys, isInheritedName } from "../../config/keys.js";
import { parseConfig } from "../../config/load.js";
import type { Config } from "../../config/schema.js";
import { parseYaml } from "../../config/yaml.js";
import { InputError } from "../../errors.js";
import { readUserFile } from "../../files/user-file.js";

const choices = z.strictObject({
  choices: z.array(z.unknown()).min(1).max(100).describe("values, each as likely as the others"),
});

const range = z
  .strictObject({
    low: z.number(),
    high: z.number(),
    scale: z
      .enum(["linear", "log"])
      .default("linear")
      .describe("log: every factor of the value is as likely as another"),
    whole: z.boolean().default(false).describe("whole numbers only"),
  })
  .superRefine(({ low, high, scale, whole }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (low >= high) issue("high", `expected a number above low, ${low}`);
    if (scale === "log" && low <= 0) issue("low", "expected a number above 0, as scale is log");
    if (whole && !(Number.isInteger(low) && Number.isInteger(high)))
      issue("whole", "low and high are no whole numbers");
  });

/** Where one key of the config is searched. */
export type Dimension = z.output<typeof choices> | z.output<typeof range>;

/** What is searched: by the path of a config key its values. */
export type Space = Readonly<Record<string, Dimension>>;

/** A space as it is written. */
export type SpaceInput = Readonly<Record<string, z.input<typeof choices> | z.input<typeof range>>>;

/** Bytes of the longest file of a space. */
const longestSpace = 1_000_000;

/**
 * What `pidreg tune` searches unless it is given a space: how columns are prepared, widths, regularisation, embedding, learning rate, and the weights of the
 * losses. The config itself is always among the trials, so that its own values need not be.
 */
export const defaultSpace: SpaceInput = {
  "data.inputs.preparation": { choices: ["quantile", "robust"] },
  "model.latentDim": { choices: [16, 32, 64, 128] },
  "model.encoder.hidden": { choices: [[64], [128, 64], [256, 128], [512, 256]] },
  "model.encoder.dropout": { choices: [0, 0.1, 0.2, 0.3, 0.5] },
  "model.encoder.embedding": { choices: ["none", "periodic"] },
  "model.predictor.hidden": { choices: [[64], [128, 64], [256, 128], [512, 256]] },
  "model.predictor.dropout": { choices: [0, 0.1, 0.2, 0.3] },
  "training.optimizer.learningRate": { low: 5e-4, high: 8e-3, scale: "log" },
  "training.optimizer.weightDecay": { low: 1e-4, high: 0.3, scale: "log" },
  "losses.gaussianity.weight": { choices: [0, 0.01, 0.1] },
  "losses.independence.weight": { choices: [0, 0.01, 0.1] },
  "losses.jointGaussianity.weight": { choices: [0, 0.01, 0.1] },
  "losses.auxiliary.weight": { choices: [0, 0.1, 0.3, 1] },
};

/** The space of a file. @throws InputError naming file, key and what was expected */
export async function readSpace(file: string, config: Config): Promise<Space> {
  const text = await readUserFile(file, `${file}: cannot read the space`, longestSpace);
  const tree = parseYaml(text, file);
  assertSafeKeys(tree, file);
  return checkedSpace(tree, config, file);
}

/**
 * A space whose every value the config takes.
 * @param source name for error messages
 * @throws InputError naming the key, and for one that is not searched
 */
export function checkedSpace(tree: unknown, config: Config, source = "space"): Space {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree) || Object.keys(tree).length === 0) {
    throw new InputError(
      `${source}: expected a mapping of config keys, such as model.latentDim: { choices: [16, 64] }`,
    );
  }
  return Object.fromEntries(
    Object.entries(tree).map(([path, given]) => [path, checkedDimension(path, given, config, source)]),
  );
}

/** Sections whose keys change a model, and neither rows nor what is measured. */
const searched = ["model", "losses", "training", "data.inputs"];

/** What the rungs of the search set. */
const ofRungs = [
  "training.pilot.epochs",
  "training.stage1.maxEpochs",
  "training.stage2.maxEpochs",
  "training.stage2.patience",
];

function checkedDimension(path: string, given: unknown, config: Config, source: string): Dimension {
  if (!searched.some((section) => path.startsWith(`${section}.`))) {
    throw new InputError(
      `${source}: ${path}: is not searched; keys of ${searched.join(", ")} are: others change the rows, or what is measured`,
    );
  }
  if (ofRungs.some((own) => own === path || own.startsWith(`${path}.`))) {
    throw new InputError(`${source}: ${path}: is not searched; the rungs of the search set ${ofRungs.join(", ")}`);
  }
  const schema = typeof given === "object" && given !== null && "choices" in given ? choices : range;
  const parsed = (schema as z.ZodType<Dimension>).safeParse(given);
  if (!parsed.success) {
    const [line] = describeIssues(parsed.error.issues, schema as z.ZodType, given);
    throw new InputError(`${source}: ${path}: ${line}; expected { choices: [..] }, or { low, high, scale, whole }`);
  }
  const dimension = parsed.data;
  const ends = "choices" in dimension ? dimension.choices : [dimension.low, dimension.high];
  for (const value of ends) withSettings(config, { [path]: value }, `${source}: ${path}`);
  return dimension;
}

/** Values of config keys, by their paths. */
export type Settings = Readonly<Record<string, unknown>>;

/** The config with these values. @throws InputError where it does not take them */
export function withSettings(config: Config, settings: Settings, source: string): Config {
  let tree: Record<string, unknown> = { ...config };
  for (const [path, value] of Object.entries(settings)) tree = withValue(tree, path.split("."), value, source);
  return parseConfig(tree, source);
}

type Tree = Record<string, unknown>;

function withValue(tree: Tree, [key, ...rest]: readonly string[], value: unknown, source: string): Tree {
  if (key === "" || isInheritedName(key)) throw new InputError(`${source}: is no path of config keys`);
  if (rest.length === 0) return { ...tree, [key]: value };
  const below = tree[key];
  const inner = typeof below === "object" && below !== null && !Array.isArray(below) ? (below as Tree) : {};
  return { ...tree, [key]: withValue(inner, rest, value, source) };
}

/** What the config has at a path; undefined where it has nothing. */
export function valueAt(config: Config, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Tree | null | undefined)?.[key], config);
}

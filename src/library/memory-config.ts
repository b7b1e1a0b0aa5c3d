import { parseConfig } from "../config/load.js";
import type { Config, ConfigInput } from "../config/schema.js";
import { memoryColumns } from "../data/memory-table.js";
import { InputError } from "../errors.js";
import { categoriesIn, isShaped, type ModalityValues, namesClasses, type TargetValues } from "./memory-values.js";

/** Name of a table in memory where a config names a file. */
export const memoryFile = "memory";

const dataKeys = ["split", "missing", "missingIndicator", "targetTransform", "inputs", "units"] as const;

/** Keys of the `data` section that say what is done with a table, whatever it comes from. */
export type MemoryDataConfig = Pick<ConfigInput["data"], (typeof dataKeys)[number]>;

/** Everything of a run config that is not about files; every key has its default. */
export interface MemoryConfig extends Partial<Omit<ConfigInput, "data" | "ensemble">> {
  readonly data?: MemoryDataConfig;
}

/** What of a table in memory its config must name. */
interface Described {
  readonly modalities: Readonly<Record<string, ModalityValues>>;
  readonly target: Readonly<Record<string, TargetValues>>;
  readonly ids?: readonly string[];
  readonly group?: readonly string[];
  readonly order?: unknown;
}

/**
 * The run config of a table in memory, every default filled in.
 * @throws InputError naming a key that does not fit, or that goes with files
 */
export function memoryConfig({ name = "fit", data = {}, ...rest }: MemoryConfig, table: Described): Config {
  const known: readonly string[] = dataKeys;
  const strange = Object.keys(data).find((key) => !known.includes(key));
  if (strange !== undefined) {
    throw new InputError(
      `data.${strange}: goes with tables in files; in memory there is data.${known.join(", data.")}`,
    );
  }
  const by = data.split?.by ?? "random";
  if (by !== "random" && by !== "group" && by !== "time") {
    throw new InputError(`data.split.by: ${by}: rows in memory are dealt out at random, by \`group\`, or by \`time\``);
  }
  if (by === "time" && table.order === undefined) {
    throw new InputError("data.split.by: time: needs `order`, a date or a number per row");
  }
  if ("ensemble" in rest) throw new InputError("ensemble: its members are runs in folders; train one with trainRun");
  const config = parseConfig({
    ...rest,
    name,
    data: {
      ...data,
      file: memoryFile,
      target: describedTarget(table.target),
      modalities: Object.fromEntries(
        Object.entries(table.modalities).map(([key, values]) => [key, described(key, values)]),
      ),
      id: table.ids === undefined ? undefined : memoryColumns.id,
      group: table.group === undefined ? undefined : memoryColumns.group,
      order: table.order === undefined ? undefined : memoryColumns.order,
    },
  });
  if (config.ensemble > 1) {
    throw new InputError(`quality: ${config.quality}: makes an ensemble of runs in folders; train it with trainRun`);
  }
  if (config.evaluation.baselines !== false) {
    throw new InputError(
      "evaluation.baselines: networks to compare with are kept in a run folder; train with trainRun",
    );
  }
  if (config.evaluation.intervals.group !== undefined) {
    throw new InputError("evaluation.intervals.group: names a column of a file; leave it out in memory");
  }
  return config;
}

/** Names of targets, of classes with their kind. @throws InputError for classes beside another target */
function describedTarget(target: Described["target"]): ConfigInput["data"]["target"] {
  const names = Object.keys(target);
  const column = names.find((name) => namesClasses(target[name]));
  if (column === undefined) return names;
  if (names.length > 1) {
    throw new InputError(`target: "${column}" is of classes, which are predicted of one column; fit a model for each`);
  }
  return { column, kind: "class" };
}

function described(name: string, values: ModalityValues) {
  if (!isShaped(values)) {
    const categories = Object.keys(categoriesIn(values));
    return { columns: [`${name}*`], ...(categories.length === 0 ? {} : { categories }) };
  }
  const { normalise } = values;
  return { kind: "array", array: `${memoryFile}/${name}.npy`, normalise };
}

import type { DataConfig } from "../config/data.js";
import type { Dataset, Modality } from "../data/dataset.js";
import type { LeftOutColumns } from "../data/prepare/preprocessor.js";
import { InputError } from "../errors.js";
import { Screen } from "../mi/screening/screen.js";

/**
 * The columns that modalities with `screen` do not keep: all but those that tell most about the target by themselves, in bits of
 * ranks in bins less their bias, on the training rows alone. Of several targets the one that a column tells most about counts.
 * @throws InputError naming the modality when there are too few training rows to screen
 */
export function screenedOut(
  { modalities, targets }: Pick<Dataset, "modalities" | "targets">,
  train: ArrayLike<number>,
  config: Pick<DataConfig, "modalities">,
): ReadonlyMap<string, LeftOutColumns> {
  const found = new Map<string, LeftOutColumns>();
  for (const modality of modalities) {
    const asked = config.modalities[modality.name];
    const kept = asked !== undefined && "screen" in asked ? asked.screen?.columns : undefined;
    if (kept === undefined || kept >= modality.columns.length) continue;
    const bits = mostBits(modality, targets, train);
    const order = [...modality.columns.keys()].sort((a, b) => bits[b] - bits[a] || a - b);
    found.set(modality.name, {
      columns: new Set(order.slice(kept).map((j) => modality.columns[j])),
      reason: `not among the ${kept} that tell most about the target`,
    });
  }
  return found;
}

/** Per column the most bits about any target; below all others for a column that does not vary. */
function mostBits(modality: Modality, targets: Dataset["targets"], train: ArrayLike<number>): Float64Array {
  const most = new Float64Array(modality.columns.length).fill(Number.NEGATIVE_INFINITY);
  for (const { values, classes } of targets) {
    const own = Float64Array.from(train, (row) => values[row]);
    const screen = screenOf(modality.name, own, classes);
    const width = modality.columns.length;
    modality.columns.forEach((name, j) => {
      screen.addNumbers(
        name,
        Float64Array.from(train, (row) => modality.values[row * width + j]),
      );
    });
    for (const [j, { bits, degreesOfFreedom }] of screen.result().columns.entries()) {
      if (degreesOfFreedom > 0) most[j] = Math.max(most[j], bits);
    }
  }
  return most;
}

function screenOf(name: string, values: Float64Array, classes: readonly string[] | undefined): Screen {
  try {
    return new Screen(classes === undefined ? { numbers: values } : { codes: values, classes: classes.length });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`data.modalities.${name}.screen: on the training rows, ${error.message}`);
  }
}

import { hasLinearPath } from "../config/model.js";
import type { Config } from "../config/schema.js";
import { headlineOf } from "../evaluation/headline.js";
import type { Part } from "../evaluation/metrics.js";
import type { RunWarning } from "../record/run-schemas.js";
import { formatNumber } from "../report/text.js";
import type { TrainingModality } from "../training/data.js";
import { linearInputs } from "../training/settings.js";
import type { PreparedRun } from "./prepare.js";

/** What of a prepared run decides whether a linear path is weighed in. */
interface LinearRun extends Pick<PreparedRun, "task"> {
  readonly training: {
    readonly targetNames: readonly string[];
    readonly modalities: readonly Pick<TrainingModality, "width" | "form">[];
  };
  readonly split: { readonly train: ArrayLike<number> };
}

/** Errors of a run and of its baselines on the validation rows. */
interface ValidatedRun {
  readonly validation: Part;
  readonly baselines: Readonly<Record<string, { readonly validation: Part }>>;
}

/** Share of the error by which a linear model has to be better to be spoken of. */
const clear = 0.01;

/**
 * The targets that the task's linear model predicts clearly better on the validation rows, where it is better than what needs no
 * features: what a network of few rows and many columns loses by, and what helps.
 */
export function linearCautions(
  { task, training, split }: LinearRun,
  { model }: Pick<Config, "model">,
  { validation, baselines }: ValidatedRun,
): RunWarning[] {
  const { constant, linear } = task.baselines;
  const { headline } = task.metrics;
  const weighed = hasLinearPath(model.linearPath, linearInputs(training.modalities, split.train.length));
  return training.targetNames.flatMap((target) => {
    const errorOf = (part: Part) => headlineOf(part.perTarget[target], headline);
    const [own, other, mean] = [validation, baselines[linear.name].validation, baselines[constant.name].validation].map(
      errorOf,
    );
    if (!(other < (1 - clear) * own && other < mean)) return [];
    const numbers = `${headline.name} ${formatNumber(own)} against ${formatNumber(other)}`;
    return [
      {
        code: `validates-worse-than-${linear.name}`,
        text: `${linear.called} predicts ${target} better on the validation rows (${numbers}): ${remedy(weighed)}`,
      },
    ];
  });
}

function remedy(weighed: boolean): string {
  if (weighed)
    return (
      "a regression is weighed in already, as far as the validation rows tell (model.linearPath); keep fewer columns (screen), " +
      "or predict with a linear model"
    );
  return "let the model weigh it in (model.linearPath: on), or keep fewer columns (screen)";
}

import { check, must, type SentenceCheck, same } from "./check-errors.js";

/** The sentences about training, latents, absent modalities and the correction. */
export const trainingChecks: readonly SentenceCheck[] = [
  check("trajectory", "The fusion weights were not learned: .+? settle\\.", (_, run) => [
    must("no stage 1", run.pid.stage1 === undefined),
  ]),
  check(
    "trajectory",
    "(?:The longest stage 1 of the members|Stage 1) took # epochs?; (?:by then every atom and every fusion weight had stopped moving|in # members? it ended without .+? weights)\\.",
    ([epochs], run) => [same("epochs", epochs, run.pid.stage1?.epochs ?? Number.NaN)],
  ),
  check(
    "trajectory",
    "Stage 1 took # epochs? and ended without information that the Gaussian reading can tell from 0, so .+? equal\\.",
    (_, run) => [must("not informative", run.pid.stage1?.informative === false)],
  ),
  check(
    "trajectory",
    "(?:The longest stage 1 of the members|Stage 1) ended after # epochs?, (at its last|since).+?: the atoms had not settled(?: in at least one member)?, and .+? the same\\." +
      "(?: A larger training\\.stage1\\.maxEpochs gives them more time\\.| # epochs or more \\(training\\.stage1\\.maxEpochs\\) show whether they settle\\.)?",
    ([, why], run) => [
      must("not converged", run.pid.stage1?.converged === false),
      must(why, (why === "since") === (run.pid.stage1?.ended === "overfit")),
      must("information", !(run.pid.flags.includes("no-information") && run.pid.test.flags.includes("no-information"))),
    ],
  ),
  check(
    "trajectory",
    "(?:The longest stage 1 of the members|Stage 1) ended after # epochs?, at its last epoch .+?, too few to judge whether the atoms had settled.+?(\\d+) epochs or more \\(training\\.stage1\\.maxEpochs\\) tell\\.",
    ([epochs, needed], run) => [
      must("not converged", run.pid.stage1?.converged === false),
      must("fewer epochs than it takes", Number(needed) > Number(epochs)),
    ],
  ),
  check("trajectory", "Stage 1 ended after # epochs?(?:, .+?)?, before .+? told from 0(?: by .+?)?\\."),
  check("trajectory", "Between equal weights .+? change\\."),
  check(
    "trajectory",
    "The representation is fused(, on average over all members,)? with the weights (.+?)\\.(?= In| Stage| The|$)",
    ([mean, list], run) => {
      const weights = { ...run.pid.weights?.byModality, ...run.pid.weights?.interaction };
      return [
        must("a mean of an ensemble", (mean !== undefined) === (run.metrics.ensemble !== undefined)),
        ...Object.entries(weights).map(([name, weight]) =>
          must(`${name} ${weight}`, list.includes(`${name} ${weight.toFixed(2)}`)),
        ),
      ];
    },
  ),
  check("trajectory", "They are made of the Gaussian reading: .+? mean\\.", (_, run) => [
    must("more than that", run.pid.check?.nonGaussian === true),
  ]),
  check("trajectory", "The fusion of this run, (\\S+), uses no weights\\.", ([fusion]) => [
    must(fusion, fusion === "late" || fusion === "low-rank"),
  ]),
  check("trajectory", "(?:In member 1 stage|Stage) 2 (?:left|moved) the total .+? bits\\."),
  check("trajectory", "The curves are those of member 1 of # members; .+? all\\."),
  check("losses", "Two short fits .+? against #\\."),
  check("losses", "In the last epoch (.+?) made up # % of the objective(?:, (.+?) # %)?\\."),
  check(
    "losses",
    "The weights of epoch # of # epochs were kept, where validation was best \\(loss #, RMSE #( standard deviations of the target, mean over the targets)?\\)\\.",
    (found, run) => [
      must("an RMSE in no unit for several targets only", (found[4] !== undefined) === run.metrics.targets.length > 1),
    ],
  ),
  check(
    "losses",
    "No epoch of stage 2 was better on the validation rows than the weights of stage 1, which were kept\\.",
  ),
  check("losses", "All this is of member 1 of # members\\.", (_, run) => [
    must("an ensemble", run.metrics.ensemble !== undefined),
  ]),
  check(
    "latents",
    "The latent of (\\S+) .+?(?:: # of # coordinates? departs? at the 5 % level \\(W # in the middle coordinate, # in the worst; one in twenty normal samples has less than #\\)|carries nothing)\\.",
    ([name, departing, tested], run) => {
      const latent = run.latents?.modalities[name];
      return [
        same("departing", departing, latent?.departing ?? Number.NaN),
        same("tested", tested, latent?.w.length ?? Number.NaN),
      ];
    },
  ),
  check("latents", "Of its # coordinates # stands? still\\."),
  check(
    "absence",
    "For (.+?) complete test rows have an RMSE of #(?: \\S+?)?\\. Of what was taken away from them (.+?) (is|are) missed most: without (it|them) the RMSE is #(?: [^ .]+)?\\.",
    ([target, complete, names, verb, it, rmse], run) => {
      const { complete: all, removed } = run.metrics.missingModalities ?? { complete: null, removed: [] };
      const worst = removed.reduce((a, b) =>
        (b.test?.perTarget[target].rmse ?? 0) > (a.test?.perTarget[target].rmse ?? 0) ? b : a,
      );
      return [
        same("complete rows", complete, all?.test?.perTarget[target].rmse ?? Number.NaN),
        same("without", rmse, worst.test?.perTarget[target].rmse ?? Number.NaN),
        must(
          `${names} ${verb} .. ${it}`,
          names.includes(" and ") === (verb === "are") && (verb === "are") === (it === "them"),
        ),
      ];
    },
  ),
  check(
    "absence",
    "For (.+?) complete test rows have an RMSE of #(?: \\S+?)?\\. No modality is missed: nothing that was taken away raises it\\.",
  ),
  check("absence", "The model was not trained for rows that lack a modality: .+? rows\\.", (_, run) => [
    must("no dropout", run.metrics.missingModalities?.modalityDropout === 0),
  ]),
  check("absence", "# test rows? lacks? one or more in fact\\.", ([lacking], run) => [
    same("rows", lacking, run.metrics.test.n - (run.metrics.missingModalities?.complete.test?.n ?? 0)),
  ]),
  check("absence", "No test row lacks a modality\\."),
  check(
    "lambda",
    "Of each latent the share lambda is signal and the rest noise: (.+?)\\.(?= At| Less)",
    ([list], run) =>
      Object.entries(run.pid.lambda ?? {}).map(([name, value]) =>
        must(`${name} ${value}`, list.includes(`${name} ${value.toFixed(2)}`)),
      ),
  ),
  check("lambda", "At least nine tenths of every latent pass: the bottleneck holds little back\\.", (_, run) => [
    must(
      "all above",
      Object.values(run.pid.lambda ?? {}).every((value) => value >= 0.9),
    ),
  ]),
  check("lambda", "Less than nine tenths of the latent of (.+?) pass(?:es)?\\."),
  check(
    "correction",
    "Raw predictions of (.+?) are off by #(?: \\S+)? on average, and their gap .+?\\)\\.",
    ([target, mae], run) => [same("MAE", mae, run.metrics.test.perTarget[target].mae)],
  ),
  check(
    "correction",
    "Corrected, the gap .+?\\), and predictions are off by #(?: \\S+)? on average\\.",
    ([mae], run) => [
      same("corrected MAE", mae, run.metrics.biasCorrection?.test.perTarget[run.metrics.targets[0]].mae ?? Number.NaN),
    ],
  ),
  check("correction", "The correction makes the mean absolute error larger\\."),
  check("correction", "On these rows the corrected gap depends more on the true value than the raw one\\."),
];

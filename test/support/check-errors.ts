import { median, quantile } from "../../src/math/descriptive.js";
import { studentTQuantile } from "../../src/math/student-t.js";
import { type ReportedRun, shows } from "./reported-run.js";

/** A number as the report prints it. */
export const N = "(-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)";

/** One sentence of the report: how it reads, and what is wrong with its numbers in a run; nothing where all are right. */
export interface SentenceCheck {
  readonly section: string;
  readonly pattern: RegExp;
  readonly faults: (found: string[], run: ReportedRun) => (string | null)[];
}

export const check = (section: string, pattern: string, faults: SentenceCheck["faults"] = () => []): SentenceCheck => ({
  ...{ section, faults, pattern: new RegExp(`^${pattern.replaceAll("#", N)}(?= |$)`) },
});

/** Null where the printed number is the one that was recomputed. */
export function same(what: string, printed: string, value: number): string | null {
  return shows(printed, value) ? null : `${what}: printed ${printed}, recomputed ${value}`;
}

export const must = (what: string, holds: boolean): string | null => (holds ? null : what);

export const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rmseOf = (errors: readonly number[]) => Math.sqrt(meanOf(errors.map((error) => error ** 2)));

function errorsOf(run: ReportedRun, target: string, part: "validation" | "test" = "test"): number[] {
  const truth = run.truth(target, part);
  return run.prediction(target, part).map((value, i) => value - truth[i]);
}

/** Target whose RMSE is printed; several may have it only where they are alike. */
function targetOf(run: ReportedRun, rmse: string): string {
  const found = run.metrics.targets.find((target) => shows(rmse, rmseOf(errorsOf(run, target))));
  if (found === undefined) throw new Error(`${run.name}: no target has the RMSE ${rmse}`);
  return found;
}

const accuracy = check(
  "verdict",
  "On # test rows that training never saw, the prediction of (.+?) is off by #(?: \\S+)? on average \\(95 % interval # to #\\); RMSE # \\(# to #\\)\\.",
  ([n, target, mae, low, high, rmse, rmseLow, rmseHigh], run) => {
    const errors = errorsOf(run, target);
    return [
      same("rows", n, errors.length),
      same("MAE", mae, meanOf(errors.map(Math.abs))),
      same("RMSE", rmse, rmseOf(errors)),
      must("interval of the MAE", Number(low) <= Number(mae) && Number(mae) <= Number(high)),
      must("interval of the RMSE", Number(rmseLow) <= Number(rmse) && Number(rmse) <= Number(rmseHigh)),
    ];
  },
);

function r2Of(run: ReportedRun, target: string): number {
  const truth = run.truth(target);
  const centre = meanOf(truth);
  const total = truth.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return 1 - errorsOf(run, target).reduce((sum, error) => sum + error ** 2, 0) / total;
}

const anyTarget = (run: ReportedRun, holds: (target: string) => boolean) => run.metrics.targets.some(holds);

/** RMSE of a named baseline, and whether the difference was recorded with the sign that the sentence needs. */
function baseline(run: ReportedRun, called: string, own: string, other: string) {
  const name = called
    .replace(/ \(the best of .*/, "")
    .replace("ridge regression", "ridge")
    .replace("the training mean", "mean");
  const target = targetOf(run, own);
  const { validation, test } = run.metrics.baselines[name] ?? {};
  if (test === undefined) return { faults: [`no baseline ${name}`], difference: { value: 0, low: 0, high: 0 } };
  const best = Object.values(run.metrics.baselines).map((parts) => parts.validation.perTarget[target].rmse);
  const picked = validation.perTarget[target].rmse <= Math.min(...best);
  const count = called.match(/best of the (\d+) baselines/)?.[1];
  return {
    difference: run.metrics.differences?.[target]?.[name] ?? { value: Number.NaN, low: 0, high: 0 },
    faults: [
      same(`RMSE of ${name}`, other, test.perTarget[target].rmse),
      must(`${name} is the best on the validation rows`, !called.includes("best of") || picked),
      must("number of baselines", count === undefined || Number(count) === best.length),
    ],
  };
}

const difference = "difference #, 95 % interval # to #";

function against(
  words: string,
  holds: (printed: string, ratio: number, low: number, high: number) => boolean,
): SentenceCheck {
  const pattern = `Its RMSE is ${words} that of (.+?) on the same rows \\(RMSE # against #; ${difference}\\)\\.`;
  return check("verdict", pattern, ([printed, called, own, other, value, low, high], run) => {
    const { faults, difference: recorded } = baseline(run, called, own, other);
    const target = targetOf(run, own);
    const name = Object.entries(run.metrics.baselines).find(([, p]) => shows(other, p.test.perTarget[target].rmse));
    const ratio = rmseOf(errorsOf(run, target)) / (name?.[1].test.perTarget[target].rmse ?? Number.NaN);
    return [
      ...faults,
      ...[same("difference", value, recorded.value), same("its low end", low, recorded.low)],
      same("its high end", high, recorded.high),
      must(`${words} ${printed}`, holds(printed, ratio, recorded.low, recorded.high)),
    ];
  });
}

const verdict: readonly SentenceCheck[] = [
  accuracy,
  check("verdict", "It explains (?:more than )?# % of the variance\\.", ([share], run) => [
    must(
      `R² of ${share} %`,
      anyTarget(run, (target) => Math.abs(100 * r2Of(run, target) - Number(share)) <= 0.51),
    ),
  ]),
  check(
    "verdict",
    "Its R² is #: below 0, worse than predicting the mean of the test rows for each of them\\.",
    ([r2], run) => [
      must(
        `R² of ${r2}`,
        anyTarget(run, (target) => shows(r2, r2Of(run, target)) && r2Of(run, target) < 0),
      ),
    ],
  ),
  against("# % lower than", (p, ratio, _, high) => shows(p, 100 * (1 - ratio)) && high < 0),
  against("# % higher than", (p, ratio, low) => shows(p, 100 * (ratio - 1)) && low > 0 && ratio < 11),
  against("# times", (p, ratio, low) => Math.abs(Number(p) / ratio - 1) < 0.05 && low > 0 && ratio >= 11),
  check(
    "verdict",
    `These rows cannot tell it from (.+?): RMSE # against #; ${difference}\\.`,
    ([called, own, other, value, low, high], run) => {
      const { faults, difference: recorded } = baseline(run, called, own, other);
      const ends = [same("low", low, recorded.low), same("high", high, recorded.high)];
      return [
        ...[...faults, ...ends, same("difference", value, recorded.value)],
        must("an interval with 0 in it", recorded.low <= 0 && recorded.high >= 0),
      ];
    },
  ),
];

/** RMSE with one contribution taken out, less the RMSE with it. */
function costs(run: ReportedRun, target: string): Map<string, number> {
  const errors = errorsOf(run, target);
  const prefix = `${target}.contribution.`;
  return new Map(
    run.columns(prefix).map((title) => {
      const lost = run.column(title, "test");
      return [title.slice(prefix.length), rmseOf(errors.map((error, i) => error - lost[i])) - rmseOf(errors)];
    }),
  );
}

const without: readonly SentenceCheck[] = [
  check(
    "without",
    "For (.+?) the model leans most on (.+?): without it the RMSE goes from # to #(?: \\S+)? \\(# more, 95 % interval # to #\\)\\.",
    ([target, component, from, to, more, low], run) => {
      const all = costs(run, target);
      const cost = all.get(component) ?? Number.NaN;
      const own = rmseOf(errorsOf(run, target));
      return [
        ...[same("RMSE with it", from, own), same("RMSE without it", to, own + cost), same("more", more, cost)],
        must(`${component} costs most`, cost >= Math.max(...all.values()) * (1 - 1e-6)),
        must("an interval above 0", Number(low) > 0),
      ];
    },
  ),
  check("without", "For (.+?) taking out (.+?) does not raise the RMSE by an amount that these rows can show\\."),
  check("without", "Taking out (.+?) makes no difference that these rows can show\\.", ([names], run) => [
    must(
      `${names} are parts of the model`,
      names.split(/, | or /).every((name) => costs(run, run.metrics.targets[0]).has(name)),
    ),
  ]),
  check("without", "For (.+?) the RMSE is higher without ((?:.+? \\(by #, 95 % interval # to #\\)(?:, | and )?)+)\\."),
  check("without", "The RMSE is also higher without ((?:.+? \\(by #, 95 % interval # to #\\)(?:, | and )?)+)\\."),
  check("without", "The RMSE is lower without ((?:.+? \\(by #, 95 % interval # to #\\)(?:, | and )?)+)\\."),
];

/** Rows at one end of the true value: shares of about a fifth are called that. */
function end(which: "lowest" | "highest", words: string, shifted: boolean): SentenceCheck {
  const rows = `(?:the ${which} fifth is|the # % of the rows that are ${which} are)`;
  return check("predictions", `By true value, ${rows} ${words}`, ([share, ...rest], run) => {
    const [side, shown, margin] = shifted ? rest : ["", ...rest];
    const fits = anyTarget(run, (target) => {
      const truth = run.truth(target);
      const order = errorsOf(run, target)
        .map((error, i) => [truth[i], error] as const)
        .sort((a, b) => a[0] - b[0]);
      return [...order.keys()].some((cut) => {
        const chosen = which === "lowest" ? order.slice(0, cut + 1) : order.slice(cut);
        const part = chosen.length / order.length;
        if (share === undefined ? part < 0.18 || part > 0.22 : !shows(share, 100 * part)) return false;
        const bias = meanOf(chosen.map(([, error]) => error));
        const spread = Math.sqrt(
          chosen.reduce((sum, [, error]) => sum + (error - bias) ** 2, 0) / (chosen.length - 1) / chosen.length,
        );
        const half = studentTQuantile(0.95, chosen.length - 1) * spread;
        const direction =
          side === "" ? Math.abs(bias) <= half : bias > 0 === (side === "high") && Math.abs(bias) > half;
        return shows(shown, Math.abs(bias)) && shows(margin, half) && direction;
      });
    });
    return [must(`${which} rows: ${shown} ± ${margin}`, fits)];
  });
}

const predictions: readonly SentenceCheck[] = [
  check(
    "predictions",
    "Half of the predictions of (.+?) are within #(?: \\S+)? of the truth, 95 % within #(?: [^ .]+)?\\.",
    ([target, half, most], run) => {
      const sizes = Float64Array.from(errorsOf(run, target), Math.abs);
      return [same("half", half, median(sizes)), same("95 %", most, quantile(sizes, 0.95))];
    },
  ),
  ...(["lowest", "highest"] as const).flatMap((which) => [
    end(which, "predicted too (high|low) by # ± #(?: \\S+)? on average\\.", true),
    end(which, "not shifted by an amount these rows can show \\(# ± #(?: \\S+)?\\)\\.", false),
  ]),
];

/** Ends of every test row, from the errors of the validation rows over the scale of their row; null of older runs. */
function endsOf(run: ReportedRun, target: string, level: number): { low: number; high: number }[] | null {
  if (!run.columns(`${target}.`).includes(`${target}.scale`)) return null;
  const [truth, scale] = [run.truth(target, "validation"), run.column(`${target}.scale`, "validation")];
  const crossed = run.columns(`${target}.crossed`).length > 0 ? run.column(`${target}.crossed`, "validation") : null;
  const given = crossed ?? run.prediction(target, "validation");
  const scores = truth.map((y, i) => (y - given[i]) / scale[i]).sort((a, b) => a - b);
  const n = scores.length;
  const rank = Math.ceil(((n + 1) * (1 + level)) / 2 - 1e-9);
  const sizes = scores.map(Math.abs).sort((a, b) => a - b);
  const half = sizes[Math.ceil((n + 1) * level - 1e-9) - 1] ?? Number.POSITIVE_INFINITY;
  const [low, high] = rank <= n ? [scores[n - rank], scores[rank - 1]] : [-half, half];
  const own = run.column(`${target}.scale`, "test");
  return run.prediction(target).map((p, i) => ({ low: p + low * own[i], high: p + high * own[i] }));
}

/** Split-conformal half width: the ceil((n + 1) level)-th smallest absolute error of the validation rows; else the mean. */
function halfWidth(run: ReportedRun, target: string, level: number): number {
  const stored = byGroup(run, target);
  if (stored !== null) return stored.halfWidth ?? Number.POSITIVE_INFINITY;
  const ends = endsOf(run, target, level);
  if (ends !== null) return meanOf(ends.map(({ low, high }) => (high - low) / 2));
  const sizes = errorsOf(run, target, "validation")
    .map(Math.abs)
    .sort((a, b) => a - b);
  return sizes[Math.ceil((sizes.length + 1) * level) - 1] ?? Number.POSITIVE_INFINITY;
}

/**
 * What metrics.json holds of a target whose intervals go by groups at the level of the run. Which groups have ends of their
 * own, and how rows of one unit share its mass, is held by the tests of the intervals themselves.
 */
function byGroup(run: ReportedRun, target: string) {
  const found = run.metrics.intervals?.targets[target];
  return found?.groups === undefined ? null : found;
}

/** Test rows inside their interval. */
function insideOf(run: ReportedRun, target: string, level: number): number {
  const stored = byGroup(run, target);
  if (stored !== null) return stored.achieved * run.truth(target).length;
  const ends = endsOf(run, target, level);
  const truth = run.truth(target);
  if (ends !== null) return ends.filter(({ low, high }, i) => low <= truth[i] && truth[i] <= high).length;
  const half = halfWidth(run, target, level);
  return errorsOf(run, target).filter((error) => Math.abs(error) <= half).length;
}

/** Whether a range of shares, as printed, is that of a target's kinds of rows. */
function rangeOf(run: ReportedRun, printed: readonly string[], kind: "byPrediction" | "byTruth"): boolean {
  return run.metrics.targets.some((name) => {
    const shares = (run.metrics.intervals?.targets[name][kind] ?? []).map(({ achieved }) => 100 * achieved);
    const [low, high = low] = printed.filter((text) => text !== undefined);
    return shows(low, Math.min(...shares)) && shows(high, Math.max(...shares));
  });
}

const intervals: readonly SentenceCheck[] = [
  check(
    "intervals",
    "# % prediction intervals of (.+?) are the prediction ± #(?: [^ .]+)?\\.",
    ([level, target, width], run) => [same("half width", width, halfWidth(run, target, Number(level) / 100))],
  ),
  check(
    "intervals",
    "# % prediction intervals of (.+?) reach #(?: [^ .]+)? to either side on average\\.",
    ([level, target, width], run) => [same("half width", width, halfWidth(run, target, Number(level) / 100))],
  ),
  check(
    "intervals",
    "They are wider for rows whose errors are larger: the widest # times as wide as the narrowest\\.",
    ([ratio], run) => {
      const own = run.metrics.targets.map((name) => run.column(`${name}.scale`, "test"));
      return [
        must(
          `the ratio ${ratio}`,
          own.some((scale) => shows(ratio, Math.max(...scale) / Math.min(...scale))),
        ),
      ];
    },
  ),
  check("intervals", "Rows do not differ in width: the training part has too few rows to learn which are harder\\."),
  check("intervals", "Rows do not differ in width: none were found, .+?\\."),
  check(
    "intervals",
    "By fifths of the prediction they hold #(?: %)?(?: to # %)? of the rows, by fifths of the true value #(?: %)?(?: to # %)?\\.",
    ([low, high, lowTruth, highTruth], run) => [
      must(`by prediction ${low} to ${high}`, rangeOf(run, [low, high], "byPrediction")),
      must(`by truth ${lowTruth} to ${highTruth}`, rangeOf(run, [lowTruth, highTruth], "byTruth")),
    ],
  ),
  check(
    "intervals",
    "They hold # % of the # test rows \\(95 % interval # % to # %\\), (as they should|too few|more than they need to)\\.",
    ([held, rows, low, high, verdictWords], run) => {
      const level = run.metrics.intervals?.coverage ?? 0.9;
      const target = run.metrics.targets.find((name) => {
        return shows(held, (100 * insideOf(run, name, level)) / Number(rows));
      });
      const z = 1.96;
      const n = Number(rows);
      const share = Number(held) / 100;
      const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
      const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
      const said = verdictWords === "as they should" ? 0 : verdictWords === "too few" ? -1 : 1;
      const is = centre + half < level - 0.006 ? -1 : centre - half > level + 0.006 ? 1 : null;
      return [
        must(`a target of which ${held} % are held`, target !== undefined),
        must(
          `the interval ${low} to ${high}`,
          Math.abs(100 * (centre - half) - Number(low)) < 1.1 && Math.abs(100 * (centre + half) - Number(high)) < 1.1,
        ),
        must(verdictWords, is === null ? said === 0 || Math.abs(share - level) > 0.02 : said === is),
      ];
    },
  ),
  check(
    "intervals",
    "(\\d+) validation rows are too few for # % prediction intervals of (.+?): these have no bounds\\.",
  ),
  check("intervals", "By (\\S+): one group has .+? hold # %\\."),
  check("intervals", "By (\\S+): of the (\\d+) groups .+? hold # %\\.", ([, count], run) => {
    const groups = Object.values(run.metrics.intervals?.targets[run.metrics.targets[0]].groups ?? {});
    const own = groups.filter(({ pooled, testRows }) => !pooled && testRows >= 10);
    return [same("groups with a width of their own", count, own.length)];
  }),
];

/** The sentences about errors. */
export const errorChecks: readonly SentenceCheck[] = [...verdict, ...without, ...predictions, ...intervals];

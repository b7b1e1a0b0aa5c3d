/* The tables of README.md, and the one of the project's README.md, as text. */
import { groupBy, mean, spread, table } from "../lib/statistics.mjs";

/** In the order of the tables that summarise.mjs makes. */
export const studies = [
  "brain-age",
  "brain-age-sites",
  "gas-turbine",
  "gas-turbine-years",
  "gas-turbine-two",
  "nhanes",
  "nhanes-two",
  "superconductivity",
  "superconductivity-grouped",
  "appliances",
  "appliances-later",
];

/** Significant digits of an error, by its size. */
const digits = (value) => (value >= 100 ? 1 : value >= 1 ? 2 : 3);

/** What stands in the project's README: study and target with its unit. */
const headlines = [
  ["brain-age", "age", "brain age, years: thickness, volumes"],
  ["brain-age-sites", "age", "sites not trained on"],
  ["superconductivity", "critical_temp", "superconductivity, K: descriptors, composition"],
  ["superconductivity-grouped", "critical_temp", "compositions not trained on"],
  ["nhanes", "age", "NHANES age, years: body, chemistry, blood"],
  ["gas-turbine", "NOX", "gas turbine NOX, mg/m3: ambient, process"],
  ["gas-turbine-years", "NOX", "later years than trained on"],
  ["appliances", "Appliances", "appliances, Wh: indoor, weather, noise"],
  ["appliances-later", "Appliances", "later weeks than trained on"],
];

/** Errors of one model on every seed that has it. */
function errorsOf(cells, name, target) {
  return cells.flatMap(({ seed, errors }) =>
    errors[name] === undefined ? [] : [{ seed, ...errors[name].test.perTarget[target] }],
  );
}

function percent(value) {
  return `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)} %`;
}

function atomsText(cells) {
  const names = Object.keys(cells[0].information.byModality);
  const bits = (pick) => spread(cells.map(pick), { digits: 2 });
  const alone = names.map((name) => `${name} ${bits((cell) => cell.information.byModality[name])}`).join(", ");
  const weights = names.map((name) => `${name} ${bits((cell) => cell.weights.byModality[name])}`).join(", ");
  return (
    `Bits: total ${bits((cell) => cell.information.total)}; alone: ${alone}; redundancy ` +
    `${bits((cell) => cell.atoms.redundancy)}, synergy ${bits((cell) => cell.atoms.synergy)}. Fusion weights: ${weights}.`
  );
}

/** "1-3, 7" for [1, 2, 3, 7]. */
function numberRanges(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const starts = sorted.filter((n, i) => n !== sorted[i - 1] + 1);
  const ends = sorted.filter((n, i) => n !== sorted[i + 1] - 1);
  return starts.map((start, i) => (start === ends[i] ? `${start}` : `${start}-${ends[i]}`)).join(", ");
}

/** Makes the tables from the lines of results.jsonl, ensembles.jsonl, boosting.jsonl, nearest.jsonl and tried.jsonl. */
export class AccuracyTables {
  #data;
  #resampledInterval;
  /** How many seeds there are in all; an error of fewer says so. */
  #allSeeds;

  /**
   * @param data              { results, ensembles, boosting, nearest, tried }
   * @param resampledInterval `correctedResampledInterval` of src/evaluation/paired.ts
   */
  constructor(data, resampledInterval) {
    this.#data = data;
    this.#resampledInterval = resampledInterval;
    this.#allSeeds = new Set(data.results.map(({ seed }) => seed)).size;
  }

  /** A section per study. */
  sections() {
    const lines = studies.flatMap((study) => {
      const cells = this.#data.results.filter((cell) => cell.study === study).sort((a, b) => a.seed - b.seed);
      return cells.length === 0 ? [] : this.#section(study, cells);
    });
    return lines.join("\n").trimEnd();
  }

  /** Settings that were tried. */
  tried() {
    const difference = "minus the config's (95 %)";
    return table(["table", "setting", "seeds", "validation", difference, "test", difference], this.#triedRows());
  }

  /** The table of the project's README. */
  headlines() {
    const head = ["table: modalities", "rows", "pidreg", "ensemble of 5", "MLP of equal size", "boosting", "ridge"];
    const inTime = "nearest in time, no feature";
    return table(
      [...head, inTime, "bits together: alone"],
      headlines.flatMap((line) => this.#headline(line)),
    );
  }

  /** Rows of one target's table: every model with mean and sd over seeds, and how far pidreg is from it. */
  #modelRows(cells, target) {
    const names = [...new Set(cells.flatMap(({ errors }) => Object.keys(errors)))];
    const own = new Map(errorsOf(cells, "pidreg", target).map(({ seed, rmse }) => [seed, rmse]));
    const models = names.map((name) => ({ name, errors: errorsOf(cells, name, target) }));
    const { study } = cells[0];
    const boosted = this.#data.boosting.filter((line) => line.study === study && own.has(line.seed));
    const inTime = (this.#data.nearest ?? []).filter((line) => line.study === study && own.has(line.seed));
    if (inTime.length > 0 && !names.includes("nearest-in-time")) {
      models.push({
        name: "nearest-in-time",
        errors: inTime.flatMap((line) => errorsOf([line], "nearest-in-time", target)),
      });
    }
    if (boosted.length > 0) {
      models.push({ name: "boosting", errors: boosted.map(({ seed, errors }) => ({ seed, ...errors[target] })) });
    }
    const together = this.#data.ensembles.filter((line) => line.study === study && own.has(line.seed));
    if (together.length > 0) {
      const errors = together.map(({ seed, test }) => ({ seed, ...test.perTarget[target] }));
      models.push({ name: `pidreg, ensemble of ${together[0].members}`, errors });
    }
    const { rows: sizes } = cells[0];
    const d = digits(mean([...own.values()]));
    return models
      .sort((a, b) => mean(a.errors.map(({ rmse }) => rmse)) - mean(b.errors.map(({ rmse }) => rmse)))
      .map(({ name, errors }) => {
        const rmse = errors.map((error) => error.rmse);
        const same = errors.map(({ seed }) => own.get(seed));
        const differences = same.map((value, i) => value - rmse[i]);
        const difference = name === "pidreg" ? "" : this.#interval(differences, sizes.test / sizes.train, d);
        const relative = name === "pidreg" ? "" : percent(mean(same) / mean(rmse) - 1);
        const label =
          errors.length === cells.length ? name : `${name} (seed ${errors.map(({ seed }) => seed).join(", ")})`;
        const mae = errors.map((error) => error.mae);
        return `| ${label} | ${spread(rmse, { digits: d })} | ${spread(mae, { digits: d })} | ${difference} | ${relative} |`;
      });
  }

  #interval(differences, testToTrain, d) {
    if (differences.length < 2) return differences[0].toFixed(d);
    const { value, low, high } = this.#resampledInterval(differences, testToTrain);
    return `${value.toFixed(d)} (${low.toFixed(d)} .. ${high.toFixed(d)})`;
  }

  #section(study, cells) {
    const targets = Object.keys(cells[0].errors.pidreg.test.perTarget);
    const { train, validation, test } = cells[0].rows;
    const tables = targets.flatMap((target) => [
      `Target ${target}, test part.`,
      "",
      "| model | RMSE | MAE | pidreg minus model, RMSE (95 %) | relative |",
      "|---|---|---|---|---|",
      ...this.#modelRows(cells, target),
      "",
    ]);
    return [
      `## ${study}`,
      "",
      `${train} / ${validation} / ${test} rows, seeds ${cells.map(({ seed }) => seed).join(", ")}. ${atomsText(cells)}`,
      "",
      ...tables,
    ];
  }

  #headline([study, target, label]) {
    const cells = this.#data.results.filter((cell) => cell.study === study);
    if (cells.length === 0) return [];
    const errors = (list) => {
      if (list.length === 0) return "";
      const seeds = list.length < this.#allSeeds ? ` (${list.length})` : "";
      return `${spread(list, { digits: digits(list[0]) })}${seeds}`;
    };
    const of = (name) => errors(errorsOf(cells, name, target).map(({ rmse }) => rmse));
    const own = (lines) => lines.filter((line) => line.study === study && cells.some(({ seed }) => seed === line.seed));
    const together = own(this.#data.ensembles).map(({ test }) => test.perTarget[target].rmse);
    const boosted = own(this.#data.boosting).map((line) => line.errors[target].rmse);
    const nearest = own(this.#data.nearest ?? []).flatMap((line) =>
      errorsOf([line], "nearest-in-time", target).map(({ rmse }) => rmse),
    );
    const bits = (pick) => mean(cells.map(pick)).toFixed(2);
    const names = Object.keys(cells[0].information.byModality);
    const alone = names.map((name) => bits(({ information }) => information.byModality[name])).join(", ");
    const { train, validation, test } = cells[0].rows;
    return [
      [
        label,
        train + validation + test,
        of("pidreg"),
        errors(together),
        of("mlp"),
        errors(boosted),
        of("ridge"),
        errors(nearest),
        `${bits(({ information }) => information.total)}: ${alone}`,
      ],
    ];
  }

  /** Errors at the settings of the study's config, by seed. */
  #ownErrors(study) {
    const trained = this.#data.results.filter((cell) => cell.study === study);
    const again = this.#data.tried.filter((line) => line.study === study && line.set.length === 0);
    return new Map([
      ...trained.map(({ seed, errors: { pidreg } }) => [
        seed,
        { validation: pidreg.validation.overall.rmse, test: pidreg.test.overall.rmse },
      ]),
      ...again.map(({ seed, validation, test }) => [seed, { validation, test }]),
    ]);
  }

  /** One row per study and setting: mean errors, and the difference from the study's config on the same splits. */
  #triedRows() {
    const groups = groupBy(
      this.#data.tried.filter(({ set }) => set.length > 0),
      ({ study, set }) => JSON.stringify([study, set]),
    );
    return [...groups.values()].map((lines) => {
      const [{ study, set }] = lines;
      const own = this.#ownErrors(study);
      const { rows } = this.#data.results.find((cell) => cell.study === study);
      const part = (name) => {
        const differences = lines.map((line) => line[name] - own.get(line.seed)[name]);
        return [
          mean(lines.map((line) => line[name])).toFixed(2),
          this.#interval(differences, rows[name] / rows.train, 2),
        ];
      };
      const settings = set.map((text) => `\`${text}\``).join("<br>");
      return [study, settings, numberRanges(lines.map(({ seed }) => seed)), ...part("validation"), ...part("test")];
    });
  }
}

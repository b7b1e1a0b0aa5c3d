/* The tables of README.md, and the one of the project's README.md, as text. */
import { deviation, groupBy, mean, spread, table } from "../lib/statistics.mjs";

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

/**
 * 95 % interval of the mean total: the errors of the rows with the spread between trainings; "at least" and the allowance for
 * what was not learned are in the report of each run.
 * @param readings one per training: { information, standardErrors } in bits, of the rows of one part
 */
function totalInterval(readings) {
  const values = readings.map(({ information }) => information.total);
  const ofRows = mean(readings.map(({ standardErrors }) => standardErrors.information.total ** 2));
  const error = Math.sqrt(ofRows + (deviation(values) ?? 0) ** 2 / values.length);
  return [-1, 1].map((side) => Math.max(0, mean(values) + side * z95 * error).toFixed(2)).join(" to ");
}

const z95 = 1.96;

/** "1-3, 7" for [1, 2, 3, 7]. */
function numberRanges(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const starts = sorted.filter((n, i) => n !== sorted[i - 1] + 1);
  const ends = sorted.filter((n, i) => n !== sorted[i + 1] - 1);
  return starts.map((start, i) => (start === ends[i] ? `${start}` : `${start}-${ends[i]}`)).join(", ");
}

/**
 * Makes the tables from the lines of results.jsonl, ensembles.jsonl, information.jsonl, boosting.jsonl, nearest.jsonl and tried.jsonl, and
 * from now.jsonl and now-ensembles.jsonl, the trainings of today's default.
 */
export class AccuracyTables {
  #data;
  #resampledInterval;
  /** How many seeds there are in all; an error of fewer says so. */
  #allSeeds;

  /**
   * @param data              { results, ensembles, information, boosting, nearest, tried, now, "now-ensembles" }
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
      [...head, inTime, "bits together (95 %), validation rows", "test rows", "alone, validation rows"],
      headlines.flatMap((line) => this.#headline(line)),
    );
  }

  /** Today's default beside the longer trainings of the sections, by study of one target. */
  now() {
    const head = [
      "table",
      "pidreg",
      "its network alone",
      "longer trainings",
      "change by seed, %",
      "ensemble of 5",
      "longer trainings",
      "MLP of equal size",
    ];
    return table(
      head,
      headlines.flatMap(([study, target]) => {
        const cells = this.#cellsOf(study).filter(({ now }) => now);
        return cells.length === 0 ? [] : [this.#nowRow(study, target, cells)];
      }),
    );
  }

  #nowRow(study, target, cells) {
    const rmse = (name, of) => errorsOf(of, name, target).map((error) => error.rmse);
    const before = cells.flatMap(({ seed }) =>
      this.#data.results.filter((cell) => cell.study === study && cell.seed === seed),
    );
    const [today, longer] = [rmse("pidreg", cells), rmse("pidreg", before)];
    const d = { digits: digits(today[0]) };
    const ofNetwork = cells.flatMap(({ network }) => network?.test.perTarget[target].rmse ?? []);
    const without =
      ofNetwork.length === 0
        ? ""
        : `${spread(ofNetwork, d)}${ofNetwork.length < cells.length ? ` (${ofNetwork.length})` : ""}`;
    const together = (lines) => {
      const own = lines.filter((line) => line.study === study).map(({ test }) => test.perTarget[target].rmse);
      return own.length === 0 ? "" : `${spread(own, d)}${own.length < cells.length ? ` (${own.length})` : ""}`;
    };
    const changes = today.map((value, i) => (100 * (value / longer[i] - 1)).toFixed(1));
    return [
      ...[study, spread(today, d), without, spread(longer, d), changes.join(", ")],
      ...[together(this.#data["now-ensembles"]), together(this.#data.ensembles), spread(rmse("mlp", cells), d)],
    ];
  }

  /** Cells of a study: today's default, where all its seeds have been trained so, or the longer trainings. */
  #cellsOf(study) {
    const of = (lines) => lines.filter((cell) => cell.study === study).sort((a, b) => a.seed - b.seed);
    const [now, longer] = [of(this.#data.now), of(this.#data.results)];
    return now.length === longer.length ? now.map((cell) => ({ ...cell, now: true })) : longer;
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
      `${train} / ${validation} / ${test} rows, seeds ${cells.map(({ seed }) => seed).join(", ")}. ${atomsText(cells)}${this.#testBits(cells)}`,
      "",
      ...tables,
    ];
  }

  /** Bits of the test rows, of the trainings that have them; nothing where none has. */
  #testBits(cells) {
    const { seeds, readings } = this.#testReadings(cells);
    if (readings.length === 0) return "";
    const total = mean(readings.map(({ information }) => information.total)).toFixed(2);
    const which = readings.length < cells.length ? ` (seed ${seeds.join(", ")})` : "";
    return ` On the test rows${which} the total is ${total} bits (95 %: ${totalInterval(readings)}).`;
  }

  /** The same for the project's README, where it says of how many seeds. */
  #testCell(cells) {
    const { readings } = this.#testReadings(cells);
    if (readings.length === 0) return "";
    const seeds = readings.length < this.#allSeeds ? ` (${readings.length})` : "";
    const total = mean(readings.map(({ information }) => information.total)).toFixed(2);
    return `${total}${seeds} (${totalInterval(readings)})`;
  }

  #testReadings(cells) {
    const having = cells
      .map((cell) => ({ seed: cell.seed, reading: this.#ofTestRows(cell) }))
      .filter(({ reading }) => reading !== undefined);
    return { seeds: having.map(({ seed }) => seed), readings: having.map(({ reading }) => reading) };
  }

  /** What the test rows of a cell tell: its own, or of the same model trained again (information.jsonl). */
  #ofTestRows({ study, seed, testAtoms, errors }) {
    if (testAtoms !== undefined) return testAtoms;
    const again = this.#data.information.find((line) => line.study === study && line.seed === seed);
    if (again === undefined) return undefined;
    const rmse = ({ test }) => test.overall.rmse;
    if (rmse(again.errors) === rmse(errors.pidreg)) return again.test;
    throw new Error(`${study}, seed ${seed}: the training of information.jsonl is another`);
  }

  #headline([study, target, label]) {
    const cells = this.#cellsOf(study);
    if (cells.length === 0) return [];
    const [{ now }] = cells;
    const errors = (list) => {
      if (list.length === 0) return "";
      const seeds = list.length < this.#allSeeds ? ` (${list.length})` : "";
      return `${spread(list, { digits: digits(list[0]) })}${seeds}`;
    };
    const of = (name) => errors(errorsOf(cells, name, target).map(({ rmse }) => rmse));
    const own = (lines) => lines.filter((line) => line.study === study && cells.some(({ seed }) => seed === line.seed));
    const together = own(now ? this.#data["now-ensembles"] : this.#data.ensembles).map(
      ({ test }) => test.perTarget[target].rmse,
    );
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
        now ? label : `${label} [longer trainings]`,
        train + validation + test,
        of("pidreg"),
        errors(together),
        of("mlp"),
        errors(boosted),
        of("ridge"),
        errors(nearest),
        `${bits(({ information }) => information.total)} (${totalInterval(cells)})`,
        this.#testCell(cells),
        alone,
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

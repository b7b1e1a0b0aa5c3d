// Runs the cases and keeps the numbers of their results.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases, commandOf, lacking } from "./cases.mjs";
import { machineOf } from "./machine.mjs";
import { digestOf, numbersOf } from "./numbers.mjs";

/** The places that are compared within a tolerance where the machine is another one. */
const leading = [
  /metrics\.json (validation|test)\.overall\./,
  /evaluated\.json metrics\.overall\./,
  /pid\.json (information|atoms|weights|standardErrors\.information)\./,
  /results\.json targets\.y\.models\.pidreg\.(mae|rmse)\./,
  /^(plain|resampled|streamed|idep|three)\.json (information|atoms|standardErrors\.information)\./,
  /^[^ ]*(predictions|predicted)\.csv .*\.prediction$/,
];

/**
 * Runs cases with the program of a compiled folder.
 * @param options.names   cases to run
 * @param options.brief   keep digests and the leading numbers alone
 * @param options.tell    receives what is going on
 */
export async function record(dist, { names, brief, tell }) {
  const recorded = {};
  for (const name of names) {
    const reason = lacking(cases[name]);
    if (reason !== undefined) {
      tell(`${name}: left out, ${reason}`);
      continue;
    }
    const started = performance.now();
    recorded[name] = await recordCase(dist, cases[name], brief);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    tell(`${name}: ${Object.keys(recorded[name]).length} places in ${seconds} s`);
  }
  return { machine: machineOf(dist), tolerances: tolerancesOf(recorded), cases: recorded };
}

function tolerancesOf(recorded) {
  return Object.fromEntries(Object.keys(recorded).map((name) => [name, cases[name].tolerance]));
}

async function recordCase(dist, { files, run }, brief) {
  const folder = await mkdtemp(join(tmpdir(), "pidreg-same-"));
  try {
    await run(commandOf(dist, folder), folder);
    const places = {};
    for (const file of files) {
      const numbers = numbersOf(file, await readFile(join(folder, file), "utf8"));
      for (const [place, kept] of brief ? leadingOf(file, numbers) : wholeOf(numbers))
        places[`${file} ${place}`] = kept;
    }
    return places;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every place with `[digest, ..values]`. */
function wholeOf(numbers) {
  return [...numbers].map(([place, values]) => [place, [digestOf(values), ...values]]);
}

/** Leading places with their first two values; of the others one digest of all below the same two keys. */
function leadingOf(file, numbers) {
  const kept = new Map();
  const others = new Map();
  for (const [place, values] of [...numbers].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (leading.some((pattern) => pattern.test(`${file} ${place}`))) {
      kept.set(place, [digestOf(values), ...values.slice(0, 2)]);
    } else {
      const branch = place.split(".").slice(0, 2).join(".");
      others.set(branch, [...(others.get(branch) ?? []), place, ...values]);
    }
  }
  for (const [branch, texts] of others) kept.set(kept.has(branch) ? `${branch}.*` : branch, [digestOf(texts)]);
  return kept;
}

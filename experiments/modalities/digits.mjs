/*
 * Pairs of a handwritten and a spoken digit, and targets that are functions of the two: mnist_t10k, fsdd_spoken_digits.
 * Every picture is in one pair. Recordings are in several, of one part alone: 8000 pairs train, 1000 validate, 1000 test.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { Rng } from "pidreg";
import { dataFile, madeFolder, shuffled, writeTable } from "./data.mjs";

const sizes = { train: 8000, validation: 1000, test: 1000 };
const speakers = ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"];

/** What is predicted, of the written digit a and the spoken one b. */
export const targets = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  difference: (a, b) => Math.abs(a - b),
  // the recording says the written digit too
  redundant: (a) => a,
};

/** Makes the table of a seed. @param heldOut whether nobody who speaks in the test part speaks in another */
export async function digitsTable({ target, seed, heldOut = false }) {
  const rng = new Rng(seed).split("digits");
  const labels = gunzipSync(await readFile(dataFile("mnist_t10k/t10k-labels-idx1-ubyte.gz"))).subarray(8);
  const pictures = shuffled([...labels.keys()], rng.split("pictures"));
  const sounds = dealt(await recordings(), rng.split("recordings"), heldOut ? speakers[seed % speakers.length] : null);
  const rows = [];
  for (const [part, count] of Object.entries(sizes)) {
    const next = inTurn(sounds[part], rng.split(`pairs/${part}`), target === "redundant");
    for (let i = 0; i < count; i++) {
      const place = pictures[rows.length];
      const { wav, digit } = next(labels[place]);
      const [a, b] = [labels[place], digit];
      rows.push({ id: rows.length + 1, place, wav, written: a, spoken: b, y: targets[target](a, b), part });
    }
  }
  const name = `digits-${target}-${seed}${heldOut ? "-speaker" : ""}`;
  return writeTable(path.join(madeFolder, "tables", `${name}.csv`), rows);
}

/** All recordings: [{ wav, digit, speaker }], unpacked beside the tables. */
async function recordings() {
  const folder = path.join(madeFolder, "recordings");
  if (!existsSync(folder)) {
    await mkdir(folder, { recursive: true });
    const archive = dataFile("fsdd_spoken_digits/recordings.tar.xz");
    execFileSync("tar", ["xJf", archive, "-C", folder, "--strip-components=1", "--wildcards", "recordings/*.wav"]);
  }
  const names = readdirSync(folder).filter((name) => name.endsWith(".wav"));
  return names.sort().map((wav) => {
    const [digit, speaker] = wav.split("_");
    return { wav, digit: Number(digit), speaker };
  });
}

/** Recordings of each part: a tenth of every digit validates and a tenth tests, or all of one speaker. */
function dealt(all, rng, speaker) {
  const parts = { train: [], validation: [], test: [] };
  for (let digit = 0; digit < 10; digit++) {
    const own = shuffled(
      all.filter((recording) => recording.digit === digit),
      rng.split(`${digit}`),
    );
    const test = speaker === null ? own.slice(0, own.length / 10) : own.filter((r) => r.speaker === speaker);
    const rest = own.filter((recording) => !test.includes(recording));
    const validation = rest.slice(0, Math.round(own.length / 10));
    parts.test.push(...test);
    parts.validation.push(...validation);
    parts.train.push(...rest.slice(validation.length));
  }
  return parts;
}

/** Gives recordings so that all are in about as many pairs; of the written digit alone where it is said too. */
function inTurn(sounds, rng, same) {
  const queues = new Map();
  return (digit) => {
    const key = same ? digit : "any";
    if ((queues.get(key) ?? []).length === 0) {
      const own = same ? sounds.filter((sound) => sound.digit === digit) : sounds;
      queues.set(key, shuffled(own, rng));
    }
    return queues.get(key).pop();
  };
}

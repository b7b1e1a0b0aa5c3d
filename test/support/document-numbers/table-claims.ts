import { existsSync } from "node:fs";
import path from "node:path";
import { loadConfig } from "../../../src/config/load.js";
import type { Dataset } from "../../../src/data/dataset.js";
import { loadDataset } from "../../../src/data/load-dataset.js";
import { shortNumber, summariseParts } from "../../../src/data/split/part-summary.js";
import { makeSplit } from "../../../src/data/split/split.js";
import { Rng } from "../../../src/math/rng.js";
import { psiBias } from "../../../src/pid/estimate/bias.js";
import { gaussianPidFromData } from "../../../src/pid/estimate/gaussian-pid-from-data.js";
import { bitsWithError } from "../../../src/report/pid-sentences.js";
import { formatPercent } from "../../../src/report/text.js";
import { root } from "../documents.js";
import { runsOf } from "./results.js";
import type { Claim } from "./scan.js";

/** Folder of the public tables; it is not part of the checkout. */
export const publicTables = path.resolve(root, "../shared/data");

/** The table of a config with its parts. */
async function open(config: string, overrides: readonly string[] = []) {
  const { config: read, baseFolder } = await loadConfig(path.join(root, "configs", config), overrides);
  const dataset = await loadDataset(read.data, baseFolder);
  return { dataset, split: makeSplit(dataset, read.data.split, new Rng(read.seed)) };
}

/** The atoms of a table itself, as `pidreg decompose` has them. */
function decomposed({ targets, modalities }: Dataset) {
  const sources = modalities.map(({ name, columns, values }) => ({
    name,
    columns: columns.map((_, c) =>
      Float64Array.from({ length: values.length / columns.length }, (_row, r) => values[r * columns.length + c]),
    ),
  }));
  return gaussianPidFromData({ name: targets[0].name, columns: [targets[0].values] }, sources);
}

const two = (value: number) => value.toFixed(2);
/** Value and error as separate cells. */
const cells = (value: number, error: number | undefined) => bitsWithError(value, error ?? null).split(" ± ");
/** Share of a standard deviation that b bits take off. */
const narrower = (bits: number) => formatPercent(1 - 2 ** -bits).replace(" %", "");

async function ageFacts() {
  const { dataset, split } = await open("brain-age.yaml");
  const parts = summariseParts(dataset, split, { column: "subject", of: dataset.group ?? [] });
  const sites = await open("brain-age.yaml", ["data.group=site"]);
  const testedSites = new Set(Array.from(sites.split.test, (row) => sites.dataset.group?.[row])).size;
  const widths = dataset.modalities.map(({ columns }) => columns.length);
  return { dataset, parts, pid: decomposed(dataset), widths, siteRows: sites.split.test.length, testedSites };
}

async function healthFacts() {
  const { dataset } = await open("nhanes-age.yaml");
  return { rows: dataset.rows, ...decomposed(dataset) };
}

/** A claim whose values wait for the facts of a table. */
interface TableClaim<Facts> {
  readonly says: string;
  readonly values: (facts: Facts) => readonly (string | number)[];
}

type Age = Awaited<ReturnType<typeof ageFacts>>;

const ageClaims: readonly TableClaim<Age>[] = [
  {
    says: "{} scans of {} people from {} to {} years, {} thicknesses, {} volumes",
    values: ({ dataset, widths }) => [
      ...[dataset.rows, new Set(dataset.group).size],
      ...[Math.min, Math.max].map((end) => end(...dataset.targets[0].values).toFixed(0)),
      ...widths,
    ],
  },
  {
    says:
      "together {} ± {} bits, thickness alone {}, volumes alone {}, either one {}, only together {}. So linear regressions on " +
      "both explain {} % of the variance",
    values: ({ pid: { information, atoms, standardErrors } }) => [
      ...cells(information.total, standardErrors?.information.total),
      ...Object.values(information.byModality).map(two),
      ...[two(atoms.redundancy), two(atoms.synergy), (100 * (1 - 2 ** (-2 * information.total))).toFixed(0)],
    ],
  },
  {
    says: "the unique part ({} ± {})",
    values: ({ pid: { atoms, standardErrors } }) =>
      cells(atoms.unique.thickness, standardErrors?.atoms.unique.thickness),
  },
  {
    says: "groups mean sd training {} {} {} {} validation {} {} {} {} test {} {} {} {}",
    values: ({ parts }) =>
      [parts.train, parts.validation, parts.test].flatMap((part) => {
        const { mean = 0, sd = 0 } = part?.targets.age ?? {};
        return [part?.rows ?? 0, part?.groups?.count ?? 0, shortNumber(mean), shortNumber(sd ?? 0)];
      }),
  },
  {
    says: "because {} scans are few for {} columns",
    values: ({ parts, widths }) => [parts.train?.rows ?? 0, widths[0] + widths[1]],
  },
  { says: "measured on {} rows that trained nothing", values: ({ parts }) => [parts.validation?.rows ?? 0] },
  {
    says: "On {} people of {} sites that were not trained on",
    values: ({ siteRows, testedSites }) => [siteRows, testedSites],
  },
];

const healthClaims: readonly TableClaim<Awaited<ReturnType<typeof healthFacts>>>[] = [
  { says: "(NHANES, {} people)", values: ({ rows }) => [rows] },
  ...["body", "chemistry", "blood"].map((name) => ({
    says: `| ${name} | {} ± {} | {} ± {} | ${name === "body" ? "{} ± {}" : "{} by definition"} |`,
    values: ({ information, atoms, gain, standardErrors }: Awaited<ReturnType<typeof healthFacts>>) => [
      ...cells(information.byModality[name], standardErrors?.information.byModality[name]),
      ...cells(gain.byModality[name], gain.standardErrors?.[name]),
      ...(name === "body" ? cells(atoms.unique[name], standardErrors?.atoms.unique[name]) : [atoms.unique[name]]),
    ],
  })),
  {
    says: "All together they know {} bits. Blood adds {} bits",
    values: ({ information, gain }) => [information.total.toFixed(3), gain.byModality.blood.toFixed(3)],
  },
  {
    says: "{} bits are {} % of a standard deviation, {} bits are {} %.",
    values: ({ gain: { byModality } }) =>
      [byModality.blood, byModality.body].flatMap((bits) => [bits.toFixed(3), narrower(bits)]),
  },
];

/** Numbers of documents that follow from the public tables; without these any number passes. */
export async function tableClaims(): Promise<Claim[]> {
  const present = existsSync(publicTables);
  const made = async <Facts>(document: string, claims: readonly TableClaim<Facts>[], read: () => Promise<Facts>) => {
    const facts = present ? await read() : null;
    return claims.map(({ says, values }): Claim => ({ document, says, values: facts === null ? null : values(facts) }));
  };
  return [
    ...(await made("docs/brain-age.md", ageClaims, ageFacts)),
    ...(await made("docs/choosing-modalities.md", healthClaims, healthFacts)),
  ];
}

const [ageRun] = runsOf("brain-age");
const errors = (model: string, digits: readonly number[]) => {
  const { mae, rmse, r2, pearson } = ageRun.errors[model].test.perTarget.age;
  return [mae, rmse, r2, ...(pearson === null ? [] : [pearson])].map((value, i) => value.toFixed(digits[i]));
};
const { information, atoms, weights } = ageRun;
const bits = (value: number) => value.toFixed(3);
const inDocument = (document: string, says: string, ...values: readonly (string | number)[]): Claim => ({
  ...{ document, says, values },
});
const ageOf = (says: string, ...values: readonly (string | number)[]) =>
  inDocument("docs/brain-age.md", says, ...values);

/** Numbers of docs/ that follow from the program, or from the run of brain age of seed 1 in experiments/accuracy. */
export const programClaims: readonly Claim[] = [
  ageOf(
    "test part, {} rows MAE RMSE R2 Pearson pidreg {} {} {} {} ridge {} {} {} {} mean {} {} {} -",
    ageRun.rows.test,
    ...errors("pidreg", [3, 3, 3, 3]),
    ...errors("ridge", [3, 3, 3, 3]),
    ...errors("mean", [2, 2, 3]),
  ),
  ageOf("unique to thickness {} # to # {}", bits(atoms.unique.thickness), bits(weights.byModality.thickness)),
  ageOf("unique to volumes {} # to # {}", bits(atoms.unique.volumes), bits(weights.byModality.volumes)),
  ageOf("redundant {} #", bits(atoms.redundancy)),
  ageOf("synergistic {} #", bits(atoms.synergy)),
  ageOf("product thickness*volumes {}", bits(weights.interaction["thickness*volumes"])),
  ageOf("all together {} #", bits(information.total)),
  ageOf("thickness alone {} # to", bits(information.byModality.thickness)),
  ageOf("volumes alone {} # to", bits(information.byModality.volumes)),
  ageOf(
    "the error is {} years where the mean of all ages is off by {}, and {} years better than ridge",
    ...[errors("pidreg", [1])[0], errors("mean", [1])[0]],
    (ageRun.errors.ridge.test.perTarget.age.mae - ageRun.errors.pidreg.test.perTarget.age.mae).toFixed(1),
  ),
  ageOf("raw error is {} years", errors("pidreg", [2])[0]),
  inDocument(
    "docs/decompose.md",
    '{} unrelated columns and {} rows "know" {} bits of any target',
    ...[64, 200, psiBias(1, 64, 200).toFixed(2)],
  ),
  inDocument(
    "docs/bring-your-own-table.md",
    "come out with standard errors of {} to {} bits",
    ...(() => {
      const { information: ofInformation, atoms: ofAtoms } = ageRun.standardErrors;
      const values = [
        ...[ofInformation.total, ...Object.values<number>(ofInformation.byModality)],
        ...[...Object.values<number>(ofAtoms.unique), ofAtoms.redundancy, ofAtoms.synergy],
      ].filter((value) => value > 0);
      return [Math.min(...values).toFixed(2), Math.max(...values).toFixed(2)];
    })(),
  ),
];

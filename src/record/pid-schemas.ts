import { z } from "zod";
import { bits, byName, count, type Stored } from "../files/document.js";
import { pidFlags, pidMeasures } from "../pid/types.js";
import { phaseName, stage1End } from "../training/progress.js";

const information = z.object({ total: bits, byModality: byName(bits) });
const atoms = z.object({
  unique: byName(bits),
  redundancy: bits,
  synergy: bits,
  partialRedundancy: bits.default(0).describe("left out by versions that knew two modalities only"),
});
/** Values, standard errors and interval ends all have this shape. */
const values = z.object({ information, atoms, union: bits });
const intervals = z.object({ level: z.number().gt(0).lt(1), method: z.string(), lower: values, upper: values });
const contrast = z.object({ modalities: z.tuple([z.string(), z.string()]), value: bits, standardError: bits });
const weights = z.object({ byModality: byName(z.number()), interaction: byName(z.number()).default({}) });
const rank = z.object({ target: count, byModality: byName(count), total: count });

/** pid.json.secondReading: the atoms by the other definition of unique information. */
const secondReading = z.object({
  measure: z.enum(pidMeasures),
  atoms,
  union: bits,
  standardErrors: z.object({ atoms, union: bits }).nullable(),
});

/** pid.json.influentialRows: rows that an estimate rests on. */
const influentialRows = z.object({
  rows: z.array(z.union([z.number(), z.string()])),
  of: z.string().nullable(),
  share: z.number().min(0),
  without: z.object({ information, standardErrors: information.nullable() }),
});

/** pid.json.multi: what is known beyond the atoms of three or more modalities. */
const multi = z.object({
  uniqueStrict: byName(bits).nullable(),
  leaveOneOut: byName(bits).nullable(),
  pairs: z
    .array(
      z.object({
        modalities: z.tuple([z.string(), z.string()]),
        information: bits,
        unique: z.tuple([bits, bits]),
        redundancy: bits,
        synergy: bits,
      }),
    )
    .nullable(),
  shapley: byName(bits).nullable(),
  oInformation: bits,
  oInformationGradient: bits,
});

const number = z.number();
const estimate = z.object({
  bits: number,
  standardError: number,
  n: count,
  converged: z.boolean(),
  warnings: z.array(z.string()),
  correction: number.optional(),
});
const gap = z.object({ bits: number, standardError: number });
const range = z.object({ least: number, most: number });

/** pid.json.check: whether the Gaussian reading of the latents is enough (`GaussianCheck`). */
export const gaussianCheck = z.object({
  unit: z.literal("bits"),
  n: count,
  folds: count,
  seed: z.int(),
  bound: z.boolean().describe("one target: informations are lower bounds"),
  readings: z.array(
    z.object({
      modalities: z.array(z.string()).min(1),
      gaussian: z.object({ closedForm: number.nullable(), heldOut: estimate }),
      density: estimate,
      gap,
      misfit: gap,
      beyond: z.boolean(),
      ksg: estimate.nullable(),
    }),
  ),
  nonGaussian: z.boolean(),
  informationFound: z.boolean(),
  ranges: z.object({ unique: byName(range), redundancy: range, synergy: range }),
  oInformationChange: gap
    .optional()
    .describe("three and more modalities: change of their O-information when the target joins, by the densities, bits"),
  warnings: z.array(z.string()),
});

/** pid.json.check: the same of the latents of a run. */
const latentCheck = gaussianCheck.extend({
  seen: byName(z.enum(["columns", "latents"])).describe(
    "what the density sees of a modality; the linear reading is of latents, and of such columns beside",
  ),
  gaussianFound: z
    .object({ own: z.boolean(), test: z.boolean().nullable() })
    .describe("whether the Gaussian decomposition by itself, and that of the test part, told information from 0"),
});

/** pid.json.classes: what is known beside the atoms of a target of classes (`ClassReading`). */
const classReading = z.object({
  labels: z.array(z.string()).min(2),
  counts: z.array(count),
  entropy: z.number().min(0),
  shareOfEntropy: z.object({ total: number, byModality: byName(number) }),
  heldOut: z.object({
    information: z.object({ total: number, byModality: byName(number) }),
    standardErrors: z.object({ total: number, byModality: byName(number) }),
  }),
  cells: byName(count),
  posteriorRows: byName(number).optional(),
  quantisationLoss: byName(number),
  certificate: z.number().min(0).describe("lower bound of the union, by the dual of its minimisation"),
  gap: number,
  tableUnion: number,
  tableBias: number,
  unionExcess: number.optional(),
  sweeps: count,
  sharedNotSplit: z.boolean(),
});

/** A decomposition as pid.json holds it. */
const decomposition = z.object({
  unit: z.literal("bits"),
  measure: z.enum(pidMeasures),
  modalities: z.array(z.string()).min(1),
  ...values.shape,
  standardErrors: values.nullable(),
  intervals: intervals.nullable(),
  contrasts: z.array(contrast).nullable(),
  n: count.nullable(),
  rank,
  condBits: bits,
  residual: bits,
  flags: z.array(z.enum(pidFlags)),
  targetEntropy: z
    .object({ bits: z.number().min(0), values: count })
    .optional()
    .describe(
      "H(Y) of a target with ties and how many values it takes; left out where it has none, and by older versions",
    ),
  secondReading: secondReading.optional().describe("two modalities; left out by versions that gave one reading only"),
  influentialRows: influentialRows.nullable().optional(),
  multi: multi.optional(),
  classes: classReading.optional().describe("of a target of classes, and two modalities or more"),
});

/** pid.json.stage1: how stage 1 ended; left out when weights were not learned. */
const stage1 = z.object({
  epochs: count,
  converged: z.boolean().describe("whether every atom and every fusion weight had stopped moving"),
  informative: z.boolean().describe("whether weights were of atoms at its end; left out by older versions"),
  switches: count.describe("changes between equal weights and weights of atoms"),
  ended: stage1End
    .optional()
    .describe("why a single training ended it; left out by older versions, and of an ensemble"),
  endedMembers: z
    .object({ settled: z.int().min(0), overfit: z.int().min(0), limit: z.int().min(0) })
    .optional()
    .describe("how many members of an ensemble ended it for which reason"),
  maxEpochs: count.optional().describe("its limit"),
  every: count.optional().describe("epochs from one measurement of the atoms to the next"),
  patience: count.optional().describe("stable epochs in a row that end it"),
  stableEpochs: z.int().min(0).optional().describe("those at its end; of an ensemble the fewest"),
  uninformativeMembers: z.int().min(1).optional().describe("members of an ensemble that ended with equal weights"),
});

/** pid.json as it is written. */
export const pidDocument = decomposition.extend({
  source: z.string(),
  targets: z.array(z.string()).min(1),
  weights,
  stage1: stage1.optional(),
  lambda: byName(z.number()),
  lacking: z.object({ validation: count, test: count }).optional().describe("left out where no row lacks any"),
  check: latentCheck
    .optional()
    .describe("of validation and test rows, which the encoders did not see; left out where none was made"),
  checkLeftOut: z.string().optional().describe("why there is no check, where one was wanted"),
  test: decomposition.describe("the same decomposition measured on the test part"),
});

/** What earlier versions left out of a decomposition; a flag of a later version is read too, and told. */
const readDecomposition = decomposition
  .partial({ measure: true, modalities: true, union: true, rank: true, condBits: true, residual: true })
  .extend({
    standardErrors: values.partial({ union: true }).nullable(),
    intervals: intervals
      .extend({ lower: values.partial({ union: true }), upper: values.partial({ union: true }) })
      .partial({ method: true })
      .nullish(),
    contrasts: z.array(contrast).nullish(),
    n: count.nullish(),
    flags: z.array(z.string()),
    secondReading: secondReading
      .extend({ standardErrors: z.object({ atoms, union: bits.optional() }).nullable() })
      .partial({ union: true })
      .optional(),
  });

/** pid.json as this version and those before wrote it. */
export const pidFile = pidDocument
  .partial({ source: true, targets: true, weights: true, lambda: true })
  .extend(readDecomposition.shape)
  .extend({
    modalities: z.array(z.string()).min(1),
    stage1: stage1.partial({ informative: true, switches: true }).optional(),
    test: readDecomposition.nullish(),
  });

/** One line of pid.jsonl: atoms and weights after an epoch. */
export const pidLine = z.object({
  phase: phaseName,
  epoch: count,
  information,
  atoms,
  standardErrors: values.nullable(),
  flags: z.array(z.enum(pidFlags)),
  weights,
  averagedOver: count.describe("epochs that the weights are averaged over"),
  stableEpochs: count.describe("consecutive epochs in which no atom moved more than the tolerance"),
});

/** The same as this version and those before wrote it. */
export const readPidLine = pidLine
  .partial({ flags: true, weights: true, averagedOver: true, stableEpochs: true })
  .extend({
    phase: z.string(),
    standardErrors: values.partial({ union: true }).nullish(),
    flags: z.array(z.string()).optional(),
  });

/** pid.json: the decomposition that a run reports. */
export type RunPid = Stored<typeof pidDocument>;
export type PidFile = Stored<typeof pidFile>;
/** A decomposition of a run, as it is written and as it is read. */
export type StoredPid = Stored<typeof decomposition>;
export type Decomposition = Stored<typeof readDecomposition>;
export type PidLine = Stored<typeof pidLine>;
export type ReadPidLine = Stored<typeof readPidLine>;
export type SecondReading = Stored<typeof secondReading>;
export type PidValues = Stored<typeof values>;
/** Fusion weights by name. */
export type NamedWeights = Stored<typeof weights>;

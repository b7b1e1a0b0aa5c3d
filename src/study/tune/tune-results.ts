import { z } from "zod";
import { count, type Stored } from "../../files/document.js";
import { checkedParts, interval, learned, splitParts } from "../results-schemas.js";

const settings = z
  .record(z.string(), z.unknown())
  .describe("values of config keys; of trial 0, the config as it is, none");

/** What one trial came to. */
const trialResult = z.object({
  trial: count.describe("0 is the config as it is"),
  settings,
  bracket: count.describe("trials that were begun together"),
  rungs: z
    .array(z.object({ rung: count, error: z.number(), bySplit: z.array(z.number()) }))
    .describe("mean errors on the rows that decide, as far as the trial came"),
});

const pair = { config: interval, chosen: interval, change: interval };

/** results.json of a search of settings. */
export const tuneDocument = checkedParts.extend({
  kind: z.literal("tune"),
  ...learned.shape,
  seed: z.int(),
  asked: z.object({
    trials: count.nullable().describe("null where time decides"),
    seconds: z.number().positive().nullable().describe("the budget; null where the number of trials is given"),
  }),
  spent: z
    .object({
      seconds: z.number().min(0).describe("by the clock, of the search"),
      atOnce: count,
      brackets: count,
      finalTrainings: count.optional().describe("trainings after the search, which the budget does not cover"),
      finalSeconds: z.number().min(0).optional().describe("by the clock, of these"),
      ended: z
        .object({
          bracket: count,
          rung: count.describe("which not all trials of the bracket came to"),
          untried: count.describe("trials of the bracket that were not begun"),
          decided: count.describe("the rung whose errors chose"),
        })
        .nullable()
        .optional()
        .describe("where the budget ended the search; null where a bracket was done"),
    })
    .nullable()
    .describe("where time decided how many trials there were"),
  space: z.record(z.string(), z.unknown()),
  rungs: z
    .array(z.object({ epochs: z.number(), splits: count, trials: count }))
    .describe("share of the config's epochs"),
  rows: z.object({ test: count, deciding: count.describe("of the first inner split") }),
  inner: splitParts.describe(
    "splits of the rows outside the test part: those of the search, then those of the final figures",
  ),
  resampled: z.string().nullable().describe("what the intervals of `final` were made by"),
  repeats: count.describe("splits of the final figures"),
  seeds: count.describe("trainings on each"),
  cautions: z.array(z.string()),
  trials: z.array(trialResult).min(1),
  chosen: z.object({ trial: count, settings }),
  searchChange: z
    .number()
    .describe("error of the chosen trial over that of the config as it is, less 1, on the rows that chose it: too low"),
  final: z
    .object(pair)
    .nullable()
    .describe(
      "both trained anew, on splits and with seeds that chose nothing; null where the config as it is was chosen",
    ),
  test: z
    .object({ config: interval, chosen: interval.nullable(), change: interval.nullable() })
    .describe("on the test part, which was read once, for this; `chosen` and `change` null as `final`"),
  best: z.enum(["chosen", "config"]).describe("what best.yaml holds"),
});

export type TuneResults = Stored<typeof tuneDocument>;

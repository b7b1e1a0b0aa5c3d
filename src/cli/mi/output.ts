import { informationFindings } from "../../report/information/information-sentences.js";
import { answerOf } from "../../report/information/informations.js";
import { missingValues } from "../decompose/missing-values.js";
import type { MiRequest } from "./options.js";
import type { MiResult } from "./run.js";

/** The informations as one document for JSON. */
export function jsonDocument(result: MiResult, { reading, seed, folds }: MiRequest): object {
  const { about, n, entropy, informations, table } = result;
  return {
    unit: "bits",
    about,
    ...(table.targetKind === null ? {} : { targetKind: table.targetKind }),
    ...(table.classes === null ? {} : { classes: table.classes, entropy }),
    n,
    informations: informations.map((information) => ({
      ...information,
      answer: answerOf(information)?.estimator ?? null,
    })),
    findings: informationFindings(result),
    warnings: table.warnings,
    rows: table.account,
    settings: {
      seed,
      ...(folds === undefined ? {} : { folds }),
      ...(reading.group === undefined ? {} : { group: reading.group }),
      ...(reading.rows === undefined ? {} : { config: reading.config, part: reading.rows.part }),
      missing: reading.missing,
      missingValues: missingValues(reading),
    },
  };
}

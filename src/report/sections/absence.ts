import { type HeadlineError, headlineOf } from "../../evaluation/headline.js";
import type { RunFiles } from "../../record/read-run.js";
import type { ErrorsByAbsence } from "../../record/run-schemas.js";
import type { TargetFindings } from "../findings.js";
import { type Html, html, table } from "../html.js";
import { errorsOf, metricCells, metricHeads } from "../metric-cells.js";
import type { Section } from "../section.js";
import { said } from "../sentence.js";
import { type AbsenceFacts, absenceSentences, type LackingFacts, lackingSentences } from "../sentences/absence.js";
import { formatCount, joinWords } from "../text.js";
import { withUnit } from "../with-unit.js";

type Pattern = ErrorsByAbsence["complete"];

/** What predictions are worth for rows that lack modalities; null where no row may lack one. */
export function absenceSection(run: RunFiles, found: readonly TargetFindings[]): Section | null {
  const { missingModalities: measured } = run.metrics;
  if (measured === undefined || tested(measured).length === 0) return null;
  return {
    id: "absence",
    title: "Rows that lack a modality",
    reading: [
      ...found.flatMap((f) => factsOf(run, measured, f)).flatMap((facts) => said(absenceSentences, facts)),
      ...said(lackingSentences, lacking(measured)),
    ],
    figures: [],
    legend: html`Taken away: complete test rows, predicted once more as if they had no value of these modalities; the row
      "all modalities there" is the same rows with everything. Lacking: test rows that have no value of them, which may
      differ from the others in more than that.`,
    body: html`${found.map((f) => errorTable(run, measured, f))}`,
  };
}

/** The combination whose absence costs most. */
function factsOf({ task }: RunFiles, measured: ErrorsByAbsence, { target, unit }: TargetFindings): AbsenceFacts[] {
  const { headline } = task.metrics;
  const complete = errorOf(headline, measured.complete, target);
  const removed = measured.removed.flatMap((pattern) => {
    const error = errorOf(headline, pattern, target);
    return error === null ? [] : [{ most: pattern.missing, error }];
  });
  if (complete === null || removed.length === 0) return [];
  return [{ called: headline, target, unit, complete, ...removed.reduce((a, b) => (b.error > a.error ? b : a)) }];
}

function lacking({ observed, modalityDropout }: ErrorsByAbsence): LackingFacts {
  return { modalityDropout, rows: observed.reduce((sum, { test }) => sum + (test?.n ?? 0), 0) };
}

function errorTable(run: RunFiles, measured: ErrorsByAbsence, { target }: TargetFindings): Html {
  const shown = errorsOf(run.task.metrics);
  const line = (name: string, { test }: Pattern) => {
    if (test === null) return [];
    return [[name, ...metricCells(shown, test.perTarget[target]), formatCount(test.n)]];
  };
  return table(
    [[withUnit(run.metrics, target), "text"], ...metricHeads(shown), ["test rows", "number"]],
    [
      ...line("all modalities there", measured.complete),
      ...measured.removed.flatMap((pattern) => line(`${joinWords(pattern.missing)} taken away`, pattern)),
      ...measured.observed.flatMap((pattern) => line(`lacking ${joinWords(pattern.missing)}`, pattern)),
    ],
  );
}

/** Patterns that test rows have or were given. */
function tested({ removed, observed }: ErrorsByAbsence): readonly Pattern[] {
  return [...removed, ...observed].filter(({ test }) => test !== null);
}

function errorOf(headline: HeadlineError, { test }: Pattern, target: string): number | null {
  return test === null ? null : headlineOf(test.perTarget[target], headline);
}

import type { RunFiles } from "../../record/read-run.js";
import type { RunWarning } from "../../record/run-schemas.js";
import type { TargetFindings } from "../findings.js";
import type { Html } from "../html.js";
import type { Figure, Section } from "../section.js";
import type { WarnedRun } from "../warned-run.js";

/** What report and studies say of a task beyond its numbers: sentences, figures and sections of its own. */
export interface TaskReport {
  /** The first sentences of a report: how far off predictions of one target are. */
  readonly accuracy: (run: RunFiles, found: TargetFindings, rows: TestedRows) => readonly Html[];
  /** What its metrics and baselines are, for a reader of their table. */
  readonly legend: Html;
  /** Sections about predictions, in their order. A section that a run has nothing for is null. */
  readonly sections: (run: RunFiles, found: readonly TargetFindings[]) => Promise<readonly (Section | null)[]>;
  /** Figures of predictions beside truth, of rows of any table; left out by a task that draws none. */
  readonly predictionFigures?: (rows: DrawnRows, index: number) => Promise<readonly Figure[]>;
  /** What its metrics of one target warn of, beside errors and baselines, which every task has. */
  readonly warnings: (run: WarnedRun, target: string) => readonly RunWarning[];
  /** What `metrics.together` tells, in a study whose trainings tested different rows. */
  readonly together: (facts: TogetherFacts) => readonly string[];
}

/** Rows of one target to draw. */
export interface DrawnRows {
  readonly target: string;
  /** With its unit. */
  readonly name: string;
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  readonly ids: readonly string[];
}

/** The test rows of a run. */
export interface TestedRows {
  readonly rows: number;
  /** Whether some equal rows of another part in every feature and target. */
  readonly copied: boolean;
}

/** What rows tell of one target that different trainings predicted. */
export interface TogetherFacts {
  readonly target: string;
  /** By the keys of the task. */
  readonly found: Readonly<Record<string, number | null>>;
  /** Column whose values were tested as a whole. */
  readonly outerGroup: string | null;
}

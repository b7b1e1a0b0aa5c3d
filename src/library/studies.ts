import { join } from "node:path";
import type { Executor } from "../executors/executor.js";
import type { AblateResults } from "../study/ablate-results.js";
import type { Collected } from "../study/collect.js";
import type { CrossvalResults } from "../study/crossval-results.js";
import { studyDefaults } from "../study/defaults.js";
import type { ExecutedTraining } from "../study/execute.js";
import type { NestedResults } from "../study/nested-results.js";
import type { PlannedRound } from "../study/plan.js";
import type { SelectResults } from "../study/select-results.js";
import type { StudyStatus } from "../study/status.js";
import type { StudyDesign, StudyKind } from "../study/study.js";
import type { NestedTuneResults } from "../study/tune/nested-tune-results.js";
import type { SpaceInput } from "../study/tune/space.js";
import type { TuneResults } from "../study/tune/tune-results.js";
import { type ConfigOptions, resolved } from "./trainings.js";

/** What whoever works in a study may be told, and what stops it. */
export interface StudyListener {
  /** Stops the study, which can be continued, when it fires. */
  readonly signal?: AbortSignal;
  readonly onMessage?: (text: string) => void;
  /** Told what nobody should miss about the table. */
  readonly onWarning?: (text: string) => void;
}

/** How the trainings of a study are executed. */
export interface ExecuteOptions extends StudyListener {
  /** Trainings at a time; as many as there are cores if left out. */
  readonly jobs?: number;
  /** What trains; processes of this machine, `jobs` at a time, if left out. */
  readonly executor?: Executor;
}

/** What every study takes. */
export interface StudyOptions extends ConfigOptions, ExecuteOptions {
  /** Study folder; `runs/NAME-KIND` if left out. An unfinished study of the same plan is continued. */
  readonly out?: string;
}

/** What a study found. */
export interface StudyResult<Results> {
  readonly folder: string;
  readonly results: Results;
  /** The findings as Markdown. */
  readonly text: string;
}

export interface CrossvalOptions extends StudyOptions {
  /** Further configs, trained on the same folds and compared with the first. */
  readonly others?: readonly ConfigOptions[];
  /** 5 if left out. */
  readonly folds?: number;
  /** Times that the whole is done with new folds; 1 if left out. */
  readonly repeats?: number;
  /** Column whose values are tested as a whole (sites, batches). */
  readonly outerGroup?: string;
  /** Times that everything is trained again on permuted targets, for a permutation test. */
  readonly permutations?: number;
  /** Shares of the training rows to train on, for a learning curve. */
  readonly trainShares?: readonly number[];
}

export interface SelectOptions extends StudyOptions {
  /** Splits of the rows; 5 if left out, 1 where `data.split.by` is time, column or file. */
  readonly repeats?: number;
  /** Trainings of each subset on every split; 1 if left out, 3 where there is one split. */
  readonly seeds?: number;
  /** Largest increase of the error that is accepted, as a share; .02 if left out. */
  readonly margin?: number;
  /** Rows that decide; validation if left out. */
  readonly decideOn?: "validation" | "test";
  /** own: subsets are trained on all rows that have them, too; complete if left out. */
  readonly rows?: "complete" | "own";
}

export interface SelectNestedOptions extends StudyOptions {
  /** Outer folds; 5 if left out. */
  readonly folds?: number;
  /** Times that the whole is done with new folds; 1 if left out. */
  readonly repeats?: number;
  /** Column whose values (sites, batches) are tested as a whole, by what was chosen without them. */
  readonly outerGroup?: string;
  /** Trainings of each subset in every fold; 1 if left out. */
  readonly seeds?: number;
  /** Largest increase of the error that is accepted, as a share; .02 if left out. */
  readonly margin?: number;
}

export interface AblateOptions extends StudyOptions {
  /** Splits of the rows; 5 if left out, 1 where `data.split.by` is time, column or file. */
  readonly repeats?: number;
  /** Trainings of each variant on every split; 1 if left out, 3 where there is one split. */
  readonly seeds?: number;
  /** Ablations by name; all that change something if left out. */
  readonly only?: readonly string[];
}

export interface TuneOptions extends StudyOptions {
  /** Trials beside the config as it is; 27 if left out, with a budget as many as it allows. */
  readonly trials?: number;
  /** Seconds that the trainings may take by the clock; how many trials are begun then depends on the machine. */
  readonly budgetSeconds?: number;
  /** What is searched, by the path of a config key; docs/tuning.md has the space that is searched if left out. */
  readonly space?: SpaceInput;
  /** Splits of the final figures; 5 if left out, 1 where `data.split.by` is time. */
  readonly repeats?: number;
  /** Trainings on each of them; 1 if left out, 3 where there is one split. */
  readonly seeds?: number;
}

export interface CrossvalTuneOptions extends StudyOptions {
  /** Outer folds; 5 if left out. */
  readonly folds?: number;
  /** Times that the whole is done with new folds; 1 if left out. */
  readonly repeats?: number;
  /** Column whose values are tested as a whole (sites, batches), and kept whole inside every fold. */
  readonly outerGroup?: string;
  /** Trials in every fold, beside the config as it is; 9 if left out. */
  readonly trials?: number;
  /** What is searched; docs/tuning.md has the space that is searched if left out. */
  readonly space?: SpaceInput;
}

/**
 * `pidreg crossval`: repeated K-fold cross-validation.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function crossval(options: CrossvalOptions): Promise<StudyResult<CrossvalResults>> {
  const [{ crossvalDesign }, others] = await Promise.all([import("../study/crossval.js"), resolvedOthers(options)]);
  return begun("crossval", options, (asked) => crossvalDesign({ ...studyDefaults.crossval, ...asked, others }));
}

/**
 * `pidreg select`: which modalities are needed.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function select(options: SelectOptions): Promise<StudyResult<SelectResults>> {
  const { selectDesign } = await import("../study/select.js");
  return begun("select", options, (asked) => selectDesign({ ...studyDefaults.select, ...asked }));
}

/**
 * `pidreg ablate`: what every loss, stage and option does to error and atoms.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function ablate(options: AblateOptions): Promise<StudyResult<AblateResults>> {
  const { ablateDesign } = await import("../study/ablate.js");
  return begun("ablate", options, (asked) => ablateDesign({ ...studyDefaults.ablate, ...asked }));
}

/**
 * `pidreg select --nested`: what selection comes to on outer folds that decided nothing.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function selectNested(options: SelectNestedOptions): Promise<StudyResult<NestedResults>> {
  const { nestedDesign } = await import("../study/nested.js");
  return begun("select-nested", options, (asked) => nestedDesign({ ...studyDefaults["select-nested"], ...asked }));
}

/**
 * `pidreg tune`: settings searched inside the training rows, and what the best of them comes to on the test part.
 * @throws InputError for options, data, a space or a folder that do not fit; what training throws
 */
export async function tune(options: TuneOptions): Promise<StudyResult<TuneResults>> {
  const [{ tuneDesign }, { checkedSpace }] = await Promise.all([
    import("../study/tune/tune.js"),
    import("../study/tune/space.js"),
  ]);
  return begun("tune", options, (asked) => tuneDesign({ ...asked, space: spaceOf(asked, checkedSpace) }));
}

/**
 * `pidreg crossval --tune`: what tuning comes to on outer folds that chose nothing.
 * @throws InputError for options, data, a space or a folder that do not fit; what training throws
 */
export async function crossvalTune(options: CrossvalTuneOptions): Promise<StudyResult<NestedTuneResults>> {
  const [{ nestedTuneDesign }, { checkedSpace }] = await Promise.all([
    import("../study/tune/nested-tune.js"),
    import("../study/tune/space.js"),
  ]);
  return begun("crossval-tune", options, (asked) =>
    nestedTuneDesign({ ...studyDefaults["crossval-tune"], ...asked, space: spaceOf(asked, checkedSpace) }),
  );
}

/** The space of a search as its design takes it. */
function spaceOf(
  { space, config }: Pick<Asked<"tune">, "space" | "config">,
  checked: typeof import("../study/tune/space.js").checkedSpace,
) {
  return space === undefined ? undefined : checked(space, config);
}

/** What each kind of study takes. */
export interface StudyOptionsOf {
  readonly crossval: CrossvalOptions;
  readonly select: SelectOptions;
  readonly "select-nested": SelectNestedOptions;
  readonly ablate: AblateOptions;
  readonly tune: TuneOptions;
  readonly "crossval-tune": CrossvalTuneOptions;
}

/**
 * A study with `--plan-only`: writes its folder and trains nothing. One that was begun is planned as far as its finished
 * trainings tell.
 * @returns the trainings that come first; `executeStudy` and `collectStudy` go on
 * @throws InputError for options, data or a folder that do not fit
 */
export async function planStudy<K extends StudyKind>(kind: K, options: StudyOptionsOf[K]): Promise<PlannedRound> {
  const [asked, { planStudy: plan }, { countingRows }] = await Promise.all([
    request(kind, options),
    import("../study/plan.js"),
    import("../study/row-counts.js"),
  ]);
  return plan(countingRows(await designs[kind](asked)), asked);
}

/** A study of that design, once its splits have the rows that trainings need. */
async function begun<K extends StudyKind, Results extends object>(
  kind: K,
  options: StudyOptionsOf[K],
  design: (asked: Asked<K>) => StudyDesign<Results>,
): Promise<StudyResult<Results>> {
  const [asked, { countingRows }, { runStudy }] = await Promise.all([
    request(kind, options),
    import("../study/row-counts.js"),
    import("../study/run-study.js"),
  ]);
  return runStudy(countingRows(design(asked)), asked);
}

/** A study's options with the config resolved and the folder named. */
type Asked<K extends StudyKind> = Omit<StudyOptionsOf[K], keyof ConfigOptions> & Awaited<ReturnType<typeof request>>;

const designs: { readonly [K in StudyKind]: (asked: Asked<K>) => Promise<StudyDesign> } = {
  crossval: async (asked) => {
    const { crossvalDesign } = await import("../study/crossval.js");
    return crossvalDesign({ ...studyDefaults.crossval, ...asked, others: await resolvedOthers(asked) });
  },
  select: async (asked) => (await import("../study/select.js")).selectDesign({ ...studyDefaults.select, ...asked }),
  "select-nested": async (asked) =>
    (await import("../study/nested.js")).nestedDesign({ ...studyDefaults["select-nested"], ...asked }),
  tune: async (asked) => {
    const [{ tuneDesign }, { checkedSpace }] = await Promise.all([
      import("../study/tune/tune.js"),
      import("../study/tune/space.js"),
    ]);
    return tuneDesign({ ...asked, space: spaceOf(asked, checkedSpace) });
  },
  "crossval-tune": async (asked) => {
    const [{ nestedTuneDesign }, { checkedSpace }] = await Promise.all([
      import("../study/tune/nested-tune.js"),
      import("../study/tune/space.js"),
    ]);
    return nestedTuneDesign({ ...studyDefaults["crossval-tune"], ...asked, space: spaceOf(asked, checkedSpace) });
  },
  ablate: async (asked) => (await import("../study/ablate.js")).ablateDesign({ ...studyDefaults.ablate, ...asked }),
};

/**
 * `pidreg study run`: trains what a study has planned. Several processes may do so at once, each with other trainings.
 * @param indices places of the trainings in the plan, from 0; those of its last round if left out
 * @throws InputError for an index that there is not, or files that are not those that were planned; what training throws
 */
export async function executeStudy(
  folder: string,
  indices?: readonly number[],
  options: ExecuteOptions = {},
): Promise<ExecutedTraining[]> {
  return (await import("../study/execute.js")).executeStudy(folder, indices, options);
}

/**
 * `pidreg study collect`: the results of a study whose trainings are finished, or the plan of its next round.
 * @throws InputError naming the trainings that are not finished
 */
export async function collectStudy(folder: string, listener: StudyListener = {}): Promise<Collected> {
  return (await import("../study/kinds.js")).collect(folder, listener);
}

/** `pidreg study status`: where every training of a study stands. @throws InputError when the folder holds no study */
export async function studyStatus(folder: string): Promise<StudyStatus> {
  return (await import("../study/status.js")).studyStatus(folder);
}

/** The configs beside the first. */
async function resolvedOthers({ others = [] }: Pick<CrossvalOptions, "others">) {
  const loaded: Awaited<ReturnType<typeof resolved>>[] = [];
  for (const { config, baseFolder } of others) loaded.push(await resolved(config, baseFolder));
  return loaded;
}

/** The options with the config resolved and the folder named; those left undefined are left out, for the defaults. */
async function request<Options extends StudyOptions>(kind: string, options: Options) {
  const { config, baseFolder } = await resolved(options.config, options.baseFolder);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
  return { ...given, config, baseFolder, out: options.out ?? join("runs", `${config.name}-${kind}`) };
}

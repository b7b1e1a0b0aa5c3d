import { headlineOf } from "../evaluation/headline.js";
import { checkOutputFile, writeOutput } from "../files/output-file.js";
import { yamlText } from "../files/yaml.js";
import { undigestedMessages } from "../record/digests.js";
import { type RunFiles, readRun } from "../record/read-run.js";
import { escapeMarkdown, toMarkdown } from "./markdown.js";
import type { Section } from "./section.js";
import { joinWords, plural } from "./text.js";
import { withUnit } from "./with-unit.js";
import { runSections, runSubtitle } from "./write-report.js";
import type { ModelCard } from "./written-report.js";

/**
 * Writes the model card of a finished run (Mitchell et al., "Model Cards for Model Reporting", arXiv 1810.03993) as
 * Markdown with the metadata block that model hubs read: what the model is and was trained on, how well it predicts beside
 * baselines and by group, what each modality tells, cautions. In the words of the report, from the run folder alone. What
 * only its authors know (intended use, licence, ethics) they add.
 * @throws InputError when the folder is not a finished run, or the file could not be there
 */
export async function writeModelCard(runFolder: string, file: string): Promise<ModelCard> {
  await checkOutputFile(file);
  const run = await readRun(runFolder);
  const text = await modelCard(run);
  await writeOutput(file, text);
  return {
    ...{ file, bytes: Buffer.byteLength(text) },
    messages: undigestedMessages(run.digested ? [] : [runFolder]),
  };
}

/** Sections about how the training went rather than about the model. */
const ofTraining = ["rows", "trajectory", "losses", "latents", "lambda"];

/** The text of a model card. */
export async function modelCard(run: RunFiles): Promise<string> {
  const sections = (await runSections(run)).filter(({ id }) => !ofTraining.includes(id));
  const parts = [
    metadata(run),
    `# ${escapeMarkdown(run.name)}`,
    `${escapeMarkdown(runSubtitle(run))}.`,
    "## The model",
    ...overview(run),
    ...sections.flatMap(sectionText),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What model hubs read: https://huggingface.co/docs/hub/model-cards#model-card-metadata */
function metadata({ name, task, metrics, pid }: RunFiles): string {
  const { headline } = task.metrics;
  const type = metrics.classes === undefined ? "tabular-regression" : "tabular-classification";
  const measured = metrics.targets.map((target) => ({
    type: headline.key,
    name: `${headline.name} of ${withUnit(metrics, target)}, test part`,
    value: headlineOf(metrics.test.perTarget[target], headline),
  }));
  const block = {
    library_name: "pidreg",
    pipeline_tag: type,
    tags: ["multimodal", "interpretable", "partial-information-decomposition", ...pid.modalities],
    "model-index": [{ name, results: [{ task: { type }, dataset: { name, type: name }, metrics: measured }] }],
  };
  return `---\n${yamlText(block)}---`;
}

/** What the model is, and how it is used. */
function overview({ task, metrics, pid, data, environment }: RunFiles): string[] {
  const columns = data.missing?.modalities ?? {};
  const inputs = pid.modalities.map((name) =>
    columns[name] === undefined ? name : `${name} (${plural(columns[name].columns, "column")})`,
  );
  const members = metrics.ensemble?.members ?? 1;
  const rows = Object.entries(data.splits ?? {}).map(([part, count]) => {
    const use = partUse[part] ?? part;
    const all = part === "train" ? data.outOfCore?.trainingRows : undefined;
    if (all === undefined) return `${plural(count, "row")} for ${use}`;
    return `${plural(all, "row")} for ${use} (a sample of ${plural(count, "row")} for preparation and comparisons)`;
  });
  const facts = [
    `Task: ${task.name}, target ${joinWords(metrics.targets.map((target) => withUnit(metrics, target)))}`,
    `Inputs: ${joinWords(inputs)}`,
    ...besideInputs(data),
    `Model: one encoder per modality, latents fused by fixed weights${members > 1 ? `; an ensemble of ${members}` : ""}`,
    ...(rows.length === 0 ? [] : [`Data: ${joinWords(rows)}`]),
    `Trained by pidreg ${environment.pidreg}, seed ${environment.seed}, engine ${environment.engine}, Node.js ${environment.node}`,
  ];
  return [
    facts.map((fact) => `- ${escapeMarkdown(fact)}`).join("\n"),
    "Predictions for new rows, with intervals and what each modality contributes, RUN being the folder of this model:",
    "```\nnpx pidreg predict RUN --data new.csv --out predictions.csv\n```",
  ];
}

/** What else a row must have: what is taken out of the inputs before the model reads them. */
function besideInputs({ confounds, harmonisation }: RunFiles["data"]): string[] {
  const later = confounds?.confounds ?? [];
  const preserved = (harmonisation?.preserved ?? []).filter((name) => !later.includes(name.replace(/=.*$/, "")));
  const kept = preserved.length === 0 ? "" : `, with ${joinWords(preserved)}, whose effects are kept`;
  return [
    ...(harmonisation === undefined
      ? []
      : [
          `Also needed: the site of a row, ${harmonisation.site}, whose differences are taken out of the inputs${kept}`,
        ]),
    ...(later.length === 0 ? [] : [`Also needed: ${joinWords(later)}, confounds that are taken out of the inputs`]),
  ];
}

const partUse: Readonly<Record<string, string>> = {
  train: "training",
  validation: "validation",
  test: "the test",
};

function sectionText({ title, reading, legend, body }: Section): string[] {
  const pieces = [...reading, ...(body === undefined ? [] : [body]), ...(legend === undefined ? [] : [legend])];
  return [`## ${escapeMarkdown(title)}`, ...pieces.map(toMarkdown).filter((text) => text !== "")];
}

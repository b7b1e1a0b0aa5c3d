import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { atomChecks, untoldMeans } from "../support/check-atoms.js";
import { errorChecks } from "../support/check-errors.js";
import { trainingChecks } from "../support/check-training.js";
import { pidreg, requireBuild, scratchFolder } from "../support/command.js";
import { oddModel, oddRuns, writeOddRun } from "../support/odd-runs.js";
import { plain, ReportedRun } from "../support/reported-run.js";

const folder = scratchFolder();
const checks = [...errorChecks, ...atomChecks, ...trainingChecks];
const checked = [...new Set(checks.map(({ section }) => section))];
const runs = new Map<string, { readonly run: ReportedRun; readonly printed: string }>();
let sentences = 0;

beforeAll(async () => {
  await requireBuild();
  const waiting = [...oddRuns];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const config = await writeOddRun(folder, next);
      const out = path.join(folder, next.name, "run");
      const { code, stdout, stderr } = await pidreg(["train", config, "--out", out, "--quiet", ...oddModel], folder);
      if (code !== 0) throw new Error(`${next.name} ended with ${code}:\n${stderr}`);
      runs.set(next.name, { run: new ReportedRun(next.name, out), printed: stdout });
    }
  };
  await Promise.all([work(), work()]);
});

const names = oddRuns.map(({ name }) => name);
const of = (name: string) => {
  const found = runs.get(name);
  if (found === undefined) throw new Error(`no run "${name}"`);
  return found;
};

/** What is wrong with the sentences of a paragraph; one that no check knows is wrong too. */
function faultsOf(run: ReportedRun, section: string, paragraph: string): string[] {
  const faults: string[] = [];
  let rest = paragraph;
  while (rest !== "") {
    const known = checks.find((candidate) => candidate.section === section && candidate.pattern.test(rest));
    if (known === undefined) return [...faults, `${section}: no check of "${rest}"`];
    const [sentence, ...found] = known.pattern.exec(rest) as RegExpExecArray;
    sentences++;
    const wrong = known.faults(found, run).filter((fault) => fault !== null);
    faults.push(...wrong.map((fault) => `${section}: "${sentence}": ${fault}`));
    rest = rest.slice(sentence.length).trim();
  }
  return faults;
}

describe("every sentence of the report of an odd run", () => {
  it.each(names)("is true of its files: %s", (name) => {
    const { run } = of(name);
    const faults = checked.flatMap((section) =>
      (run.readings.get(section) ?? []).flatMap((paragraph) => faultsOf(run, section, paragraph)),
    );
    expect(faults).toEqual([]);
  });

  it.each(names)("the mean over the rows is the atom, or both are told: %s", (name) => {
    expect(untoldMeans(of(name).run)).toEqual([]);
  });

  it("there are more than 300 of them", () => expect(sentences).toBeGreaterThan(300));
});

/** Claims that no page may hold together. */
const contradictions: readonly (readonly [RegExp, RegExp])[] = [
  [/No information was found/, /Of these, |had not settled|too short to judge|A larger training\.stage1/],
  [/cannot tell the prediction of (\S+) from that of ridge/, /use it to predict/],
  [/not learned: there was no stage 1/, /not converged: |convergence not judged: /],
  [/uses no weights/, /is fused with the weights/],
  [/taking out any one part does not raise/, /leans most on/],
];

/** What is no grammar, or two spellings of one thing. */
const slips: readonly RegExp[] = [
  /-0(\.0+)? %|-0\.00?\b(?!\d)/,
  /\b0\.0 %/,
  / :| ,|\.\.(?!\.)|\( /,
  /\b1 (more groups|rows|epochs|members|modalities|coordinates|test rows) /,
  /\b(?!1\b)\d+ (row|epoch|member|coordinate) (is|are|has|lacks|was)\b/,
  /None are|Together \S+ carry|seed \d, \d, \d/,
  /\d{5,} %/,
  /undefined|NaN|\[object/,
];

describe("the page of an odd run", () => {
  const textOf = ({ readings, warnings }: ReportedRun) => [...[...readings.values()].flat(), ...warnings];

  it.each(names)("holds no two claims against each other: %s", (name) => {
    const text = textOf(of(name).run);
    // Of several targets each has its own; a pair speaks of one page only where there is one.
    const single = of(name).run.metrics.targets.length === 1;
    const found = contradictions.filter(
      ([one, other]) => text.some((t) => one.test(t)) && text.some((t) => other.test(t)),
    );
    expect(single ? found : []).toEqual([]);
    const leans = text.filter((t) => /leans most on/.test(t));
    for (const t of leans) {
      const [, part] = t.match(/leans most on (\S+):/) ?? [];
      expect(t.match(/Taking out (.+?) makes/)?.[1].split(/, | or /) ?? []).not.toContain(part);
    }
  });

  it.each(names)("is grammatical: %s", (name) => {
    const text = textOf(of(name).run);
    const found = slips.flatMap((slip) => text.filter((t) => slip.test(t)).map((t) => `${slip}: ${t}`));
    expect(found).toEqual([]);
  });
});

describe("the warnings of an odd run", () => {
  const told = (run: ReportedRun) =>
    (run.metrics.warnings ?? []).map(({ code, text }) => ({ code, text: plain(text) }));

  it.each(names)("are the same in terminal, metrics.json and report: %s", (name) => {
    const { run, printed } = of(name);
    const kept = told(run);
    const terminal = plain(printed);
    expect(run.warnings.map((entry) => entry.replace(/^[^:]+: /, ""))).toEqual(kept.map(({ text }) => text));
    for (const { text } of kept) expect(terminal).toContain(text);
  });

  it.each(["sites", "missing", "worse"])("are the same when it is evaluated, as text and as JSON: %s", async (name) => {
    const out = path.join(folder, name, "run");
    const [text, json] = await Promise.all([
      pidreg(["evaluate", out], folder),
      pidreg(["evaluate", out, "--json"], folder),
    ]);
    const { run } = of(name);
    expect(JSON.parse(json.stdout).warnings).toEqual(run.metrics.warnings);
    for (const { text: warning } of told(run)) expect(plain(text.stdout)).toContain(warning);
    if (name === "worse") expect(run.metrics.warnings?.map(({ code }) => code)).toContain("parts");
  });

  it("name what each run must be warned of", () => {
    const codes = (name: string) => (of(name).run.metrics.warnings ?? []).map(({ code }) => code);
    expect(codes("nothing")).toEqual(expect.arrayContaining(["no-information", "not-better-than-mean"]));
    expect(codes("missing")).toEqual(expect.arrayContaining(["absent-modalities", "complete-rows"]));
    expect(codes("single")).toContain("not-better-than-ridge");
    expect(codes("copy")).toContain("less-than-ridge");
    expect(codes("four")).toContain("not-converged");
  });
});

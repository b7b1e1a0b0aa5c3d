import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../errors.js";
import { loadConfig, parseConfig } from "./load.js";
import { configKeys } from "./reference.js";

const data = {
  file: "t.csv",
  target: "y",
  modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } },
};
const minimal = { name: "run", data };

describe("parseConfig", () => {
  it("fills in every default", () => {
    const config = parseConfig(minimal);
    expect(config.seed).toBe(1);
    expect(config.model.latentDim).toBe(64);
    expect(config.losses.auxiliary.weight).toBe(0.3);
    expect(config.training.optimizer.learningRate).toBe("auto");
    expect(config.engine).toBe("auto");
  });

  it("lays the config over its preset", () => {
    const config = parseConfig({ ...minimal, preset: "paper", losses: { gaussianity: { weight: 0.5 } } });
    expect(config.model.fusion).toMatchObject({ redundancy: "bernoulli", atoms: "batch", interaction: "hadamard" });
    expect(config.losses.gaussianity).toMatchObject({ weight: 0.5, estimator: "sampled" });
    expect(config.training.optimizer).toMatchObject({ name: "adam", schedule: "plateau", clipScope: "predictor" });
    expect(config.data.inputs.preparation).toBe("standardize");
  });

  it.each([
    [
      { ...minimal, modle: {} },
      /unknown key "modle"; did you mean "model"\? Known keys: name, seed, preset, quality, ensemble, data, model/,
    ],
    [{ ...minimal, model: { encoder: { colour: 3 } } }, /model\.encoder: unknown key "colour"; known keys: hidden/],
    [{ ...minimal, model: { latentDim: "big" } }, /model\.latentDim: expected a number.*, got "big"$/],
    [{ ...minimal, losses: { prediction: "mae" } }, /losses\.prediction: expected one of "mse", "huber", "cs"/],
    [{ ...minimal, preset: "papper" }, /preset: no preset "papper"; there is: paper/],
    [{ data }, /name: missing/],
    [
      { ...minimal, data: { file: "t.csv", targt: "y", modalities: data.modalities } },
      /^c\.yaml: data: unknown key "targt"; did you mean "target"\? Known keys: file, join, .*target,[^;]*$/,
    ],
    [{ ...minimal, training: { batchSize: 0 } }, /training\.batchSize/],
    [{ ...minimal, data: { ...data, split: { train: 0.5 } } }, /must sum to 1/],
    [[], /expected/],
    [{ ...minimal, name: 2024 }, /name: expected text, got 2024; write it in quotes: "2024"$/],
    [
      { ...minimal, training: { modalityDropout: "0.2" } },
      /modalityDropout: expected a number, got "0.2"; leave the quotes/,
    ],
    [
      { ...minimal, data: { ...data, target: 5 } },
      /data\.target: expected text or a list or a mapping of keys, got 5; write it in quotes: "5"$/,
    ],
    [{ ...minimal, data: { ...data, target: ["y", 5] } }, /data\.target\.1: expected text, got 5/],
    [{ ...minimal, losses: [] }, /losses: expected a mapping of keys, got a list$/],
    [
      { ...minimal, data: { ...data, missingIndicator: "yes" } },
      /missingIndicator: expected true or false, got "yes"$/,
    ],
    [
      { ...minimal, data: { ...data, modalities: { a: { columns: "a*" } } } },
      /modalities\.a\.columns: expected a list, got "a\*"; write columns: \[a\*\]$/,
    ],
    [
      { ...minimal, training: { epochs: 5 } },
      /"epochs"; did you mean training\.stage2\.maxEpochs or training\.stage1\./,
    ],
    [{ ...minimal, batch_size: 5 }, /"batch_size"; did you mean training\.batchSize\? Known keys: name/],
    [{ ...minimal, training: { lr: 1 } }, /"lr"; did you mean training\.optimizer\.learningRate\?/],
    [
      { ...minimal, losses: { balance: { weight: 1 } } },
      /^c\.yaml: losses\.balance: unknown key "weight"; did you mean losses\.balance\.game\.weight or losses\.balance\.functionalEntropy\.weight\? Known keys: game, functionalEntropy$/,
    ],
    [{ ...minimal, losses: { weight: 1 } }, /^c\.yaml: losses: unknown key "weight"; known keys: prediction/],
    [
      {
        ...minimal,
        data: { ...data, modalities: { ...data.modalities, p: { kind: "image", path: ["l", "l"], share: true } } },
      },
      /data\.modalities\.p\.path: names the same column twice/,
    ],
    [{ ...minimal, ensemble: 0 }, /ensemble: expected a number of at least 1$/],
  ])("refuses %j", (tree, message) => {
    expect(() => parseConfig(tree, "c.yaml")).toThrow(message);
    expect(() => parseConfig(tree, "c.yaml")).toThrow(InputError);
  });
});

describe("a config with several faults", () => {
  const lines = (tree: unknown) => {
    try {
      parseConfig(tree, "c.yaml");
    } catch (error) {
      return (error as Error).message.split("\n");
    }
    throw new Error("was not refused");
  };

  it("is told one fault a line, unknown keys first, and what they mean is not missing too", () => {
    const modalities = { a: { column: ["a*"] }, b: { columns: ["b*"] } };
    expect(lines({ nmae: "x", seed: "one", data: { file: "t.csv", targets: "y", modalities } })).toEqual([
      "c.yaml: 4 things to mend",
      expect.stringMatching(
        /^ {2}data\.modalities\.a: unknown key "column"; did you mean "columns"\? Known keys: kind/,
      ),
      expect.stringMatching(/^ {2}data: unknown key "targets"; did you mean "target"\?/),
      expect.stringMatching(/^ {2}unknown key "nmae"; did you mean "name"\?/),
      '  seed: expected a number, got "one"',
    ]);
  });

  it("cannot begin a line with what it holds", () => {
    expect(lines({ ...minimal, "a\nb": 1, "c\u001b": 2 })).toHaveLength(3);
    expect(lines({ ...minimal, "a\nb": 1, "c\u001b": 2 }).join()).not.toContain("\u001b");
  });
});

it("a modality may be its columns alone", () => {
  const { modalities } = parseConfig({ ...minimal, data: { ...data, modalities: { a: ["a1", "a2"], b: "b*" } } }).data;
  expect(modalities).toEqual({ a: { columns: ["a1", "a2"], exclude: [] }, b: { columns: ["b*"], exclude: [] } });
  expect(() => parseConfig({ ...minimal, data: { ...data, modalities: { a: [1, 2] } } })).toThrow(
    'data.modalities.a.columns.0: expected text, got 1; write it in quotes: "1"',
  );
});

describe("loadConfig", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pidreg-config-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const load = async (text: string, overrides: string[] = []) => {
    const file = join(folder, "c.yaml");
    await writeFile(file, text);
    return loadConfig(file, overrides);
  };
  const yaml = "name: run\ndata: {file: t.csv, target: y, modalities: {a: {columns: [a1]}, b: {columns: [b1]}}}\n";

  /** Ten lines that stand for 9^9 words. */
  function laughs(): string {
    const line = (k: number) =>
      `a${k}: &a${k} [${Array(9)
        .fill(k === 0 ? "ha" : `*a${k - 1}`)
        .join(", ")}]\n`;
    return yaml + Array.from({ length: 9 }, (_, k) => line(k)).join("");
  }

  it("reads the tags of plain values, and aliases", async () => {
    const { config } = await load(`${yaml}seed: &s !!int 7\nmodel: {latentDim: *s}\n`, ["name=!!str 12"]);
    expect([config.seed, config.model.latentDim, config.name]).toEqual([7, 7, "12"]);
  });

  it("applies overrides with YAML values and resolves paths against the file", async () => {
    const { config, baseFolder } = await load(yaml, ["model.latentDim=8", "data.target=[y, z]", "seed=7"]);
    expect(config.model.latentDim).toBe(8);
    expect(config.data.target).toEqual(["y", "z"]);
    expect(config.seed).toBe(7);
    expect(baseFolder).toBe(folder);
  });

  it("takes a data file given as an override from the current folder", async () => {
    const { config } = await load(yaml, ["data.file=other.csv"]);
    expect(config.data.file).toBe(join(process.cwd(), "other.csv"));
  });

  it.each([
    ["name: [", [], /not valid YAML/],
    ["- a\n- b\n", [], /expected a mapping/],
    ["", [], /expected a mapping/],
    [yaml, ["latentDim"], /expected path\.to\.key=value/],
    [yaml, ["__proto__.x=1"], /is not a path of config keys/],
    [`${yaml}__proto__: {a: 1}\n`, [], /reserved name/],
    [yaml, ["losses={__proto__: {a: 1}}"], /--set losses.*"__proto__" is a reserved name/],
    [`${yaml}model: &m {encoder: *m}\n`, [], /"model\.encoder\.encoder" is nested .* contains itself/],
    [yaml, ["name=&a [*a]"], /--set name=.* contains itself/],
    ["a: &x [1]\nb: [*x, *x]\nname: run\nname: run\n", [], /not valid YAML/],
    [
      yaml.replace("run", "!!js/function 'return 1'"),
      [],
      /c\.yaml: not valid YAML: Unresolved tag: .*js\/function at line 1/,
    ],
    [`${yaml}model: !mine {latentDim: 8}\n`, [], /not valid YAML: Unresolved tag: !mine at line 3, column 8/],
    [`${yaml}seed: !!binary aGk=\n`, [], /line 3, column \d+: the tag \S+binary asks for a type/],
    [`${yaml}seed: !!timestamp 2020-01-01\n`, [], /timestamp asks for a type/],
    [`${yaml}seed: !!set {1}\n`, [], /set asks for a type/],
    [yaml, ["name=!foo x"], /--set name=!foo x: not valid YAML: Unresolved tag/],
    [yaml, ["seed=!!binary aGk="], /--set seed=.*binary asks for a type/],
    [`%FOO bar\n---\n${yaml}`, [], /not valid YAML: Unknown directive %FOO/],
    [`%YAML 1.1\n---\n${yaml}`, [], /this is YAML 1\.2/],
    [`${yaml}---\nname: other\n`, [], /multiple documents/],
    [`base: &b {latentDim: 8}\n${yaml}model: {<<: *b}\n`, [], /merge keys/],
    [yaml.replace("b: {", "? [b, c]\n: {"), [], /not valid YAML|a key must be a name/],
    [`${yaml}? {a: 1}\n: 2\n`, [], /line 3, column 3: a key must be a name/],
    [`${yaml}seed: &s 1\n*s : 2\n`, [], /a key must be a name/],
    [yaml.replace("b: {", "1: {columns: [c]}, '1': {"), [], /not valid YAML: Map keys must be unique/],
    [yaml, ["model={latentDim: 1, latentDim: 2}"], /--set model=.*Map keys must be unique/],
    [laughs(), [], /not usable as YAML: .*alias/],
    [yaml, [`name=${"[".repeat(20_000)}`], /--set name=.*not valid YAML/],
  ])("refuses %j with %j", async (text, overrides, message) => {
    await expect(load(text, overrides)).rejects.toThrow(message);
    await expect(load(text, overrides)).rejects.toThrow(InputError);
  });

  it("starts from a quality, on which a preset and keys of the config lie", async () => {
    const { config: fast } = await load(`${yaml}quality: fast\n`);
    expect(fast.training.stage2).toEqual({ maxEpochs: "auto", patience: 10 });
    expect(fast.evaluation.check).toBe("off");
    const own = await load(yaml, ["quality=fast", "training.stage2.maxEpochs=7", "losses.gaussianity.weight=0.5"]);
    expect(own.config.training.stage2).toEqual({ maxEpochs: 7, patience: 10 });
    expect(own.config.losses.gaussianity.weight).toBe(0.5);
    const paper = await load(yaml, ["quality=fast", "preset=paper"]);
    expect(paper.config.losses.gaussianity.weight).toBe(0.1);
    expect((await load(yaml, ["quality=best"])).config.ensemble).toBe(5);
    const { quality, ...same } = (await load(yaml, ["quality=default"])).config;
    expect(quality).toBe("default");
    expect(same).toEqual((await load(yaml)).config);
    await expect(load(yaml, ["quality=good"])).rejects.toThrow(/quality: .*fast/);
  });

  it("says that a file does not exist", async () => {
    await expect(loadConfig(join(folder, "none.yaml"))).rejects.toThrow(/none\.yaml: cannot read the config/);
  });
});

describe("configKeys", () => {
  const keys = configKeys();

  it("lists every key with type and default", () => {
    const find = (path: string) => keys.find((key) => key.path === path);
    expect(find("model.latentDim")).toMatchObject({ default: "64" });
    expect(find("losses.prediction")).toMatchObject({ type: "mse | huber | cs", default: '"mse"' });
    expect(find("data.modalities.NAME.columns")).toMatchObject({
      type: "list of strings",
      default: "[]",
      required: false,
    });
  });

  it("describes every key", () => {
    expect(keys.filter(({ description }) => description === "").map(({ path }) => path)).toEqual([]);
  });
});

import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { madeEpochs, madePidEpochs } from "../../../test/support/made-epochs.js";
import { writeRunFolder } from "../../../test/support/run-folder.js";
import { smallConfig } from "../../../test/support/small-config.js";
import { InputError } from "../../errors.js";
import { HeldFolder } from "../../record/held-folder.js";
import { sectionTexts } from "../../report/page.js";
import { expectedPhases } from "../../training/phases/expected-phases.js";
import { howFar, watchedSecondsLeft } from "./left.js";
import { DrawnFigures, watchSections } from "./watch-page.js";
import { lookAt } from "./watched.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-watch-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ofStages = ({ phase }: { phase: string }) => phase.startsWith("stage");
const line = (value: object) => `${JSON.stringify(value)}\n`;

/** A run that has written its inputs and no epoch. */
function begun(
  name: string,
  modalities: Record<string, object> = { alpha: { columns: ["a"] }, beta: { columns: ["b"] } },
) {
  const folder = path.join(root, name);
  mkdirSync(folder, { recursive: true });
  const small = smallConfig("small");
  const config = { ...small, data: { ...small.data, modalities } };
  writeFileSync(path.join(folder, "config.yaml"), stringify(config));
  writeFileSync(path.join(folder, "environment.json"), "{}");
  writeFileSync(path.join(folder, "data.json"), JSON.stringify({ splits: { train: 200, validation: 40, test: 40 } }));
  return folder;
}
const textOf = async (folder: string, drawn = new DrawnFigures()) =>
  sectionTexts(await watchSections(await lookAt(folder), drawn))
    .map(({ html }) => html)
    .join("\n");

it("follows a run that grows, and reads no line before it is whole", async () => {
  const folder = begun("grows");
  const held = await HeldFolder.take(folder, {});
  const epochs = madeEpochs(["alpha", "beta"]).filter(ofStages);
  const atoms = madePidEpochs(["alpha", "beta"], 1.2).filter(ofStages);
  try {
    const drawn = new DrawnFigures();
    expect((await lookAt(folder)).trainings).toMatchObject([{ state: "running", run: { trainRows: 200, epochs: [] } }]);
    expect(await textOf(folder, drawn)).toContain("No epoch is finished yet");
    appendFileSync(path.join(folder, "metrics.jsonl"), epochs.slice(0, 3).map(line).join(""));
    appendFileSync(path.join(folder, "pid.jsonl"), atoms.slice(0, 3).map(line).join(""));
    const half = line(epochs[3]);
    appendFileSync(path.join(folder, "metrics.jsonl"), half.slice(0, 40));
    const [{ run }] = (await lookAt(folder)).trainings;
    expect(run?.epochs).toHaveLength(3);
    const text = await textOf(folder, drawn);
    expect(text).toContain("Stage 1, epoch 3");
    expect(text).toMatch(/aria-label="Training and validation cost over 3 epochs/);
    expect(text).toMatch(/aria-label="Atoms over 3 epochs/);
    expect(text).toMatch(/aria-label="Fusion weights over the epochs/);
    appendFileSync(path.join(folder, "metrics.jsonl"), half.slice(40));
    expect(await textOf(folder, drawn)).toMatch(/aria-label="Training and validation cost over 4 epochs/);
  } finally {
    await held.release();
  }
  const after = await lookAt(folder);
  expect(after).toMatchObject({ atWork: false, trainings: [{ state: "interrupted" }] });
});

it("tells the time that is left as the lines of the files do", async () => {
  const folder = begun("time");
  const { config } = (await lookAt(folder)).trainings[0].run ?? {};
  if (!config) throw new Error("has a config");
  expect(expectedPhases(config, 200, null)).toEqual([
    { name: "stage1", maxEpochs: 2, patience: 5 },
    { name: "stage2", maxEpochs: 3, patience: 50 },
  ]);
  const { stage2 } = config.training;
  const own = { ...config, training: { ...config.training, stage2: { ...stage2, maxEpochs: "auto" as const } } };
  const epochs = [null, 99, 100].map((columns) => expectedPhases(own, 5000, columns)[1].maxEpochs);
  expect(epochs).toEqual([36, 36, 54]);
  const epoch = (phase: string, number: number) => ({
    phase,
    epoch: number,
    seconds: 2,
    best: true,
    terms: {},
    validation: { loss: 1 },
  });
  appendFileSync(path.join(folder, "metrics.jsonl"), line(epoch("stage1", 1)));
  const [{ run }] = (await lookAt(folder)).trainings;
  // One epoch of stage 1, and half of the three of stage 2, 2 s each.
  expect(howFar(run as NonNullable<typeof run>)).toEqual({ share: 0.2, secondsLeft: 2 * (1 + 2) });
});

it("lists what lies in a folder, finished or damaged, and how long the rest takes", async () => {
  const home = path.join(root, "several");
  await writeRunFolder(path.join(home, "done"), {});
  writeFileSync(path.join(home, "done", "config.yaml"), stringify(smallConfig("done")));
  const damaged = begun("several/damaged");
  writeFileSync(path.join(damaged, "metrics.jsonl"), "not json\n");
  begun("several/open");
  const watched = await lookAt(home);
  expect(watched).toMatchObject({ kind: "folder", atWork: false });
  expect(watched.trainings.map(({ name, state }) => [name, state])).toEqual([
    ["damaged", "interrupted"],
    ["done", "finished"],
    ["open", "interrupted"],
  ]);
  expect(watched.trainings[0].detail).toContain("line 1: not valid JSON");
  const text = await textOf(home);
  expect(text).toContain("3 trainings: 1 finished, 2 interrupted.");
  expect(text).toContain("not valid JSON");
  const open = { ...watched.trainings[2], state: "planned" as const };
  const done = {
    ...watched.trainings[1],
    run: { ...watched.trainings[1].run, seconds: 30 },
  } as (typeof watched.trainings)[number];
  expect(watchedSecondsLeft({ ...watched, trainings: [done, open, open] })).toBe(60);
  expect(watchedSecondsLeft({ ...watched, trainings: [open] })).toBeNull();
});

it("escapes what names of folders, modalities and products bring", async () => {
  const hostile = `<img src=x onerror=alert(1)>"'&`;
  begun(`hostile/${hostile}`, { [hostile]: { columns: ["a"] }, beta: { columns: ["b"] } });
  const folder = begun(`hostile/${hostile} 2`);
  const lines = madePidEpochs(["alpha", "beta"], 1.2).filter(ofStages).slice(0, 3);
  const weights = { byModality: { alpha: 0.4, beta: 0.4 }, interaction: { [hostile]: 0.1, other: 0.1 } };
  appendFileSync(
    path.join(folder, "metrics.jsonl"),
    madeEpochs(["alpha", "beta"]).filter(ofStages).slice(0, 3).map(line).join(""),
  );
  appendFileSync(path.join(folder, "pid.jsonl"), lines.map((own) => line({ ...own, weights })).join(""));
  const text = await textOf(path.join(root, "hostile"));
  expect(text).toContain("cannot name a modality");
  expect(text).toContain("Fusion weights over the epochs");
  expect(text).not.toContain("<img");
  expect(text.match(/&lt;img/g)?.length).toBeGreaterThan(4);
});

it("refuses what is no folder", async () => {
  await expect(lookAt(path.join(root, "nowhere"))).rejects.toThrow(InputError);
  writeFileSync(path.join(root, "file"), "");
  await expect(lookAt(path.join(root, "file"))).rejects.toThrow(/is a file/);
});

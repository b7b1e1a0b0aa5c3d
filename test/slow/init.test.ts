import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { Rng } from "../../src/math/rng.js";
import { pidreg, requireBuild, scratchFolder, succeeds } from "../support/command.js";

const folder = scratchFolder();
beforeAll(requireBuild);

const rows = 240;
const areas = ["bankssts", "cuneus", "insula", "lingual"];

/** Three tables as FreeSurfer and a clinic write them: of people, of thickness, and of volumes with decimal commas. */
function writeTables(): void {
  const rng = new Rng("init");
  const people = ["participant_id,site,sex,age,age_months,note"];
  const thickness = [`Measure:thickness\t${areas.map((area) => `lh_${area}_thickness`).join("\t")}\teTIV`];
  const volume = [
    `subject;${areas.map((area) => `${area}_volume`).join(";")};eTIV`,
    `;${areas.map(() => "mm3").join(";")};mm3`,
  ];
  for (let i = 0; i < rows; i++) {
    const [old, size] = [rng.normal(), (1500 + 100 * rng.normal()).toFixed(1)];
    const id = `sub-${String(i + 1).padStart(4, "0")}`;
    const age = 50 + 10 * old;
    people.push([id, `s${i % 12}`, "MF"[i % 2], age.toFixed(3), (12 * age).toFixed(3), `seen by ${i}`].join(","));
    const measured = (scale: number) => areas.map(() => (scale * (10 - old + 0.5 * rng.normal())).toFixed(3));
    thickness.push([id, ...measured(0.25), size].join("\t"));
    volume.push(
      [i + 1, ...measured(400).map((text, j) => (i % 40 === 0 && j === 0 ? "-9999" : text)), size]
        .join(";")
        .replaceAll(".", ","),
    );
  }
  writeFileSync(path.join(folder, "people.csv"), `${people.join("\n")}\n`);
  writeFileSync(path.join(folder, "lh.tsv"), `# made by aparcstats2table\n${thickness.join("\n")}\n`);
  writeFileSync(path.join(folder, "aseg.csv"), `${volume.join("\n")}\n`);
}

const small = [
  "model.latentDim=2",
  "model.encoder.hidden=[4]",
  "training.stage1.maxEpochs=1",
  "training.stage2.maxEpochs=1",
];

it("init writes a config of three tables that trains, and overwrites nothing", async () => {
  writeTables();
  const init = ["init", "people.csv", "lh.tsv", "aseg.csv", "--target", "age", "--group", "site"];
  const { code, stdout, stderr } = await pidreg(init, folder);
  expect(stderr).toMatch(/^join: the ids of "participant_id"/m);
  expect(code).toBe(0);
  expect(stdout).toMatch(/pidreg decompose pidreg\.yaml\n {2}pidreg train pidreg\.yaml\n$/);
  expect(stderr).toMatch(/"age_months" suspicious: equals the target "age"/);
  const text = readFileSync(path.join(folder, "pidreg.yaml"), "utf8");
  for (const line of [
    "normaliseKeys: bids",
    'decimal: ","',
    "unitsRow: true",
    'comment: "#"',
    "missingValues: [-9999]",
  ])
    expect(text).toContain(line);
  const again = await pidreg(init, folder);
  expect(again).toMatchObject({ code: 2, stdout: "" });
  expect(again.stderr).toMatch(/pidreg\.yaml: is there already; .*--out.*--force/);
  expect(readFileSync(path.join(folder, "pidreg.yaml"), "utf8")).toBe(text);
  const document = JSON.parse(await succeeds([...init, "--force", "--json"], folder));
  expect(Object.keys(document.modalities)).toEqual(["people", "lh", "aseg"]);
  expect(document).toMatchObject({ config: "pidreg.yaml", rows: rows - rows / 40 });
  expect(document.guesses.length).toBeGreaterThan(5);
  const looked = JSON.parse(await succeeds(["decompose", "pidreg.yaml", "--json", "--no-check"], folder));
  expect(looked.modalities).toEqual(["people", "lh", "aseg"]);
  expect(looked.information.byModality.lh).toBeGreaterThan(0.5);
  const train = ["train", "pidreg.yaml", "--out", "run", "--json", ...small.flatMap((each) => ["--set", each])];
  expect(JSON.parse(await succeeds(train, folder))).toBeTypeOf("object");
});

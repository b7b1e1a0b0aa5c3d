import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { clusterOptions, sbatchOptions } from "./cluster.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-cluster-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (text: string) => {
  const path = join(folder, "cluster.yaml");
  writeFileSync(path, text);
  return path;
};

describe("options of a cluster", () => {
  it("come from a file, and what is typed wins", async () => {
    const path = file(
      "cluster:\n  partition: short\n  time: 90\n  memory: 4G\n  setup: [module load node, ulimit -c 0]\n",
    );
    const options = await clusterOptions(path, ["partition=long", "limit=4", "options=--gres=gpu:1", "options=--nice"]);
    expect(options).toMatchObject({ partition: "long", time: "90", memory: "4G", limit: 4, retries: 3 });
    expect(options.setup).toEqual(["module load node", "ulimit -c 0"]);
    const words = ["--partition=long", "--time=90", "--mem=4G", "--signal=B:TERM@60", "--gres=gpu:1", "--nice"];
    expect(sbatchOptions(options)).toEqual(words);
  });

  it("give no early signal to short tasks, which it would end at once", async () => {
    for (const [time, signal] of [
      ["9", false],
      ["9:59", false],
      ["0:30:00", true],
      ["0-1", true],
      ["10", true],
    ] as const) {
      const words = sbatchOptions(await clusterOptions(undefined, [`time=${time}`]));
      expect(words.includes("--signal=B:TERM@60"), time).toBe(signal);
    }
  });

  it.each([
    ["partition", "--slurm partition: expected key=value, as partition=short"],
    ["queue=short", "--slurm: there is no key queue; there is: partition, account, qos"],
    ["time=soon", "--slurm: time: is no time of SLURM"],
    ["memory=much", "--slurm: memory: is no amount of memory"],
    ["limit=0", '--slurm: limit: is no whole number of at least 1; got "0"'],
    ["limit=x", '--slurm: limit: is no whole number of at least 1; got "x"'],
    ["cpus=1.5", '--slurm: cpus: is no whole number of at least 1; got "1.5"'],
    ["retries=-1", '--slurm: retries: is no whole number of at least 0; got "-1"'],
    ["retries=often", '--slurm: retries: is no whole number of at least 0; got "often"'],
    ["poll=soon", '--slurm: poll: is no number of seconds between 0.1 and 3600; got "soon"'],
    ["poll=1e9", '--slurm: poll: is no number of seconds between 0.1 and 3600; got "1e9"'],
    ["program=", "--slurm: program: is empty; leave it out"],
    ["partition=a b", "--slurm: partition: is one word without spaces"],
    ["account=-x", "--slurm: account: begins with no dash"],
  ])("refuses %s", async (given, message) => {
    await expect(clusterOptions(undefined, [given])).rejects.toThrow(message);
  });

  it.each([
    ["partition: [a]", 'partition: is one word; got ["a"]'],
    ["limit: [1, 2]", "limit: is no whole number of at least 1; got [1,2]"],
    ["poll: {a: 1}", 'poll: is no number of seconds between 0.1 and 3600; got {"a":1}'],
    ["setup: 7", "setup: is one line of text, or a list of them; got 7"],
    ["options: [{a: 1}]", 'options: is one line of text, or a list of them; got [{"a":1}]'],
    ["program: 3", "program: is the name of a program; got 3"],
    ["time: [9]", "time: is no time of SLURM"],
    ["memory: [4]", "memory: is no amount of memory"],
    ["cpus: [2]", "cpus: is no whole number of at least 1; got [2]"],
    ["limit: true", "limit: is no whole number of at least 1; got true"],
    ['retries: ""', 'retries: is no whole number of at least 0; got ""'],
    ["poll: [1]", "poll: is no number of seconds between 0.1 and 3600; got [1]"],
    ["memory: {a: 1}", "memory: is no amount of memory"],
  ])("says in plain words what is wrong in a file: %s", async (line, message) => {
    const refused = clusterOptions(file(`cluster:\n  ${line}\n`), []);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/Invalid|expected (string|number)/);
  });

  it("refuses a file of another kind", async () => {
    await expect(clusterOptions(file("partition: short\n"), [])).rejects.toThrow("expected the mapping cluster");
    await expect(clusterOptions(file("cluster:\n  time: soon\n"), [])).rejects.toThrow(
      /cluster\.yaml: time: is no time/,
    );
    await expect(clusterOptions(file("cluster: [\n"), [])).rejects.toThrow("is no YAML");
  });
});

import { expect, it } from "vitest";
import { smallConfig } from "../../test/support/small-config.js";
import { describeEnvironment, runFingerprint, trainingFingerprint } from "./environment.js";

it("what a run gives, and what it may be continued with, depend on how rows are dealt out to the parts", () => {
  const config = smallConfig("run");
  const environment = describeEnvironment(config, "wasm", { "table.csv": "sha256:00" });
  const dealt = (split: object) => ({ ...config, data: { ...config.data, split: { ...config.data.split, ...split } } });
  const others = [
    dealt({ seed: 7 }),
    dealt({ stratify: 5 }),
    dealt({ by: "group" }),
    dealt({ train: 0.55, test: 0.25 }),
  ];
  for (const fingerprint of [runFingerprint, trainingFingerprint]) {
    const prints = [config, ...others].map((each) => fingerprint(each, environment));
    expect(new Set(prints).size).toBe(1 + others.length);
  }
});

it("what a run gives, and what it may be continued with, depend on what is read as missing", () => {
  const config = smallConfig("run");
  const environment = describeEnvironment(config, "wasm", { "table.csv": "sha256:00" });
  const marked = (missingValues: (number | string)[]) => ({ ...config, data: { ...config.data, missingValues } });
  for (const fingerprint of [runFingerprint, trainingFingerprint]) {
    const prints = [config, marked([-9999]), marked([-9999, "?"])].map((each) => fingerprint(each, environment));
    expect(new Set(prints).size).toBe(3);
  }
});

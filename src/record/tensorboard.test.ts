import { describe, expect, it } from "vitest";
import { readEvents } from "../../test/support/tfevents.js";
import { type AtomsEvent, type EpochEvent, TensorBoardEvents } from "./tensorboard.js";
import { crc32c, scalarRecord, versionRecord } from "./tensorboard-file.js";

const epochs: EpochEvent[] = ["stage1 1", "stage1 2", "stage2 1"].map((name, i) => ({
  phase: name.split(" ")[0],
  epoch: Number(name.split(" ")[1]),
  step: 10 * (i + 1),
  seconds: 0.1 * (i + 1),
  learningRate: 0.001,
  terms: { total: { value: 2 / (i + 1) }, "gaussianity.été": { value: 1e-7 } },
  gradientNorm: 3,
  validation: { loss: 0.5, rmse: 7 },
  lambda: { a: 0.98, b: 0.9 },
}));

function atoms(phase: string, epoch: number, total: number | null): AtomsEvent {
  return {
    ...{ phase, epoch, information: { total, byModality: { a: 0.5, b: 0.25 } } },
    atoms: { unique: { a: 0.3, b: 0 }, redundancy: 0.25, synergy: 0.2, partialRedundancy: 0 },
    weights: { byModality: { a: 0.6, b: 0.2 }, interaction: { "a*b": 0.2 } },
  };
}
const [first, second, last] = [atoms("stage1", 1, 0.5), atoms("stage1", 2, null), atoms("stage2", 1, 0.75)];

/** The whole file as a run writes it. */
function whole(): Buffer {
  const events = new TensorBoardEvents();
  const parts = [events.replay([], []), events.atoms(first), events.epoch(epochs[0]), events.atoms(second)];
  parts.push(events.epoch(epochs[1]), events.epoch(epochs[2]), events.atoms(last));
  return Buffer.concat(parts.filter((part) => part !== null));
}

describe("event file", () => {
  it("computes CRC-32C", () => {
    // RFC 3720, appendix B.4, and the check value of the polynomial.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  });

  it("begins with the bytes that every event file of TensorFlow begins with", () => {
    expect(versionRecord().subarray(0, 13).toString("hex")).toBe("1800000000000000a37f4b2209");
    expect(readEvents(versionRecord())).toEqual([{ seconds: 0, step: 0, version: "brain.Event:2", scalars: {} }]);
  });

  it("leaves out values that are not finite and keeps steps beyond 32 bits", () => {
    const scalars = [
      ...[Number.NaN, Number.POSITIVE_INFINITY, null].map((value, i) => ({ tag: `bad/${i}`, value })),
      { tag: "good", value: -0.1 },
    ];
    const [event] = readEvents(scalarRecord({ seconds: 1.5, step: 2 ** 40, scalars }));
    expect(event).toEqual({ seconds: 1.5, step: 2 ** 40, version: null, scalars: { good: Math.fround(-0.1) } });
  });
});

describe("events of a run", () => {
  it("holds one event per epoch, with its atoms, and the reported atoms at the end", () => {
    const events = readEvents(whole());
    expect(events.map(({ step }) => step)).toEqual([0, 10, 20, 30, 30]);
    expect(events.map(({ seconds }) => seconds)).toEqual([0, 0.1, 0.1 + 0.2, 0.1 + 0.2 + 0.3 * 1.0, 0.1 + 0.2 + 0.3]);
    expect(events[1].scalars).toEqual(
      Object.fromEntries(
        Object.entries({
          ...{ "loss/total": 2, "loss/gaussianity.été": 1e-7, "validation/loss": 0.5, "validation/rmse": 7 },
          ...{ "lambda/a": 0.98, "lambda/b": 0.9, "optimizer/learningRate": 0.001, "optimizer/gradientNorm": 3 },
          ...{ "information/total": 0.5, "informationAlone/a": 0.5, "informationAlone/b": 0.25 },
          ...{ "atoms/unique/a": 0.3, "atoms/unique/b": 0, "atoms/redundancy": 0.25, "atoms/synergy": 0.2 },
          ...{ "weight/a": 0.6, "weight/b": 0.2, "weight/a*b": 0.2 },
        }).map(([tag, value]) => [tag, Math.fround(value)]),
      ),
    );
    expect(events[2].scalars).not.toHaveProperty("information/total");
    expect(Object.keys(events[3].scalars).filter((tag) => tag.startsWith("atoms"))).toEqual([]);
    expect(events[4].scalars["information/total"]).toBe(0.75);
  });

  it.each([0, 1, 2, 3])("is the same bytes when a run goes on after %i epochs", (done) => {
    const events = new TensorBoardEvents();
    const parts = [events.replay(epochs.slice(0, done), [first, second].slice(0, done))];
    for (let i = done; i < 3; i++) {
      if (i < 2) parts.push(events.atoms([first, second][i]) ?? Buffer.alloc(0));
      parts.push(events.epoch(epochs[i]));
    }
    parts.push(events.atoms(last) ?? Buffer.alloc(0));
    expect(Buffer.concat(parts).equals(whole())).toBe(true);
  });
});

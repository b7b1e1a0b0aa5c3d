import { describe, expect, it } from "vitest";
import { parseConfigText } from "./load.js";

const parse = (encoder: string) =>
  parseConfigText(
    `name: n\ndata: { file: t.csv, target: y, modalities: { m: [a], p: { kind: array, array: a.npy } } }\nmodel: { encoder: ${encoder} }\n`,
    "c.yaml",
  ).model.encoder;

describe("encoders of convolutions in a config", () => {
  it("are chosen for all modalities with a shape, or for one", () => {
    expect(parse("{}")).toMatchObject({ type: "auto", channels: [32, 64, 64], stem: "auto", norm: "batch" });
    expect(
      parse("{ type: conv2d, modalities: { p: { channels: [16], dropout: 0.1 }, m: { hidden: [8] } } }"),
    ).toMatchObject({
      type: "conv2d",
      modalities: { p: { channels: [16], dropout: 0.1 } },
    });
    expect(parse("{ modalities: { p: { type: conv1d, pool: max } } }").modalities.p).toEqual({
      type: "conv1d",
      pool: "max",
    });
    expect(parse("{ type: conv2d, modalities: { p: { type: mlp, hidden: [8] } } }").modalities.p.hidden).toEqual([8]);
    expect(parse("{ type: conv2d, modalities: { p: { type: auto, hidden: [8] } } }").modalities.p.hidden).toEqual([8]);
  });

  it.each([
    ["{ modalities: { m: { type: conv2d } } }", /modalities\.m\.type: "m" is columns of a table, which have no shape/],
    [
      "{ modalities: { m: { channels: [8] } } }",
      /modalities\.m\.channels: the encoder of "m" is an mlp; set type: conv1d/,
    ],
    ["{ modalities: { p: { stem: 2 } } }", /modalities\.p\.stem: the encoder of "p" is an mlp/],
    ["{ modalities: { p: { type: conv2d, hidden: [8] } } }", /modalities\.p\.hidden: the encoder of "p" is a conv2d/],
    ["{ type: conv1d, modalities: { p: { batchNorm: true } } }", /modalities\.p\.batchNorm: .* is a conv1d/],
    [
      "{ modalities: { p: { type: transformer, channels: [8] } } }",
      /p\.channels: the encoder of "p" is a transformer; set type: conv1d, conv2d or conv3d/,
    ],
    [
      "{ modalities: { p: { type: conv1d, heads: 2 } } }",
      /p\.heads: the encoder of "p" is a conv1d; set type: transformer beside it/,
    ],
    ["{ modalities: { p: { type: transformer, width: 30 } } }", /p\.heads: 4 heads do not divide a width of 30/],
    ["{ type: transformer, heads: 5 }", /encoder\.heads: 5 heads do not divide a width of 64/],
    ["{ type: conv4d }", /encoder\.type: expected one of "auto", "mlp", "conv1d", "conv2d", "conv3d"/],
    ["{ type: conv2d, channels: [] }", /encoder\.channels/],
    ["{ norm: layer }", /encoder\.norm: expected one of "batch", "group"/],
  ])("refuses %s", (encoder, message) => {
    expect(() => parse(encoder)).toThrow(message);
  });
});

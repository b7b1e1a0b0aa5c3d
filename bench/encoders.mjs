/*
 * Forward and backward pass of convolutional networks on one thread, the networks of PyTorch's program
 * (../shared/bench/torch_encoders.py): a residual network on pictures of 28 x 28 ("2d"), the same behind a strided stem, all
 * of its layers 32 channels wide or more ("2dw"), one on sounds of 40 mel channels and 32 frames ("1d"), and a network of
 * convolutions and pools on volumes of 32 x 48 x 32 ("3d").
 *   node bench/main.mjs encoders [--json] [--nets 2d,2dw,1d,3d] [--repeats 20] [--threads 1] [--profile PREFIX]
 * Time of the processor in milliseconds, all threads together; the networks take turns, so that what else runs on the
 * machine falls on all of them.
 */
import { parseArgs } from "node:util";
import { createOnnxEngine } from "../dist/engine/onnx/onnx.js";
import { compiled, nets } from "./convolutions.mjs";

const warmUp = 3;

export async function run(args) {
  const { values: options } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      nets: { type: "string", default: Object.keys(nets).join(",") },
      repeats: { type: "string", default: "20" },
      threads: { type: "string", default: "1" },
      profile: { type: "string" },
    },
  });
  const threads = Number(options.threads);
  const engine = await createOnnxEngine("onnx", {
    threads,
    ...(options.profile && { profilePrefix: options.profile }),
  });
  const measured = [];
  for (const net of options.nets.split(",")) measured.push({ net, times: [], ...(await compiled(engine, net)) });
  for (let t = 0; t < warmUp + Number(options.repeats); t++) {
    for (const { step, times } of measured) {
      const before = process.cpuUsage();
      await step.run();
      const { user, system } = process.cpuUsage(before);
      if (t >= warmUp) times.push((user + system) / 1000);
    }
  }
  const rows = measured.map(({ net, times, step, parameters }) => {
    const sorted = [...times].sort((a, b) => a - b);
    const quantile = (q) => round(sorted[Math.floor(q * (sorted.length - 1))]);
    return {
      net,
      cpuMs: quantile(0),
      cpuMsMedian: quantile(0.5),
      cpuMsQuartiles: [quantile(0.25), quantile(0.75)],
      ...{ parameters, threads, loss: Number(step.outputs.loss[0].toPrecision(5)) },
    };
  });
  await engine.dispose();
  const title = "forward and backward pass, milliseconds of processor time (least of the repeats; median)";
  return { title, columns: ["net", "cpuMs", "cpuMsMedian", "parameters", "loss"], rows };
}

function round(ms) {
  return Math.round(ms * 10) / 10;
}

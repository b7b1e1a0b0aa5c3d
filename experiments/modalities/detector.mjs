/* The voice detector Silero, which an npm package holds: a frozen network that hears where somebody speaks. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { madeFolder } from "./data.mjs";

const packed = "@ricky0123/vad-web@0.0.31";

/** Encoder of samples at 8000 Hz by its state after the last of them; fetches the package where it is not there yet. */
export async function voiceDetector() {
  const folder = path.join(madeFolder, "detector");
  const file = path.join(folder, "package/dist/silero_vad_legacy.onnx");
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    const options = { cwd: folder, encoding: "utf8" };
    const archive = execFileSync("npm", ["pack", "--silent", packed], options).trim();
    execFileSync("tar", ["xzf", archive], options);
  }
  const constants = { sr: 8000, h: 0, c: 0 };
  return { type: "onnx", file, input: "input", output: "hn", constants, hidden: [64] };
}

import type { EngineName } from "../config/engines.js";
import { reasonOf } from "./onnx/reason.js";
import { tryEngine } from "./probe.js";

// Entry of the child processes of `probeEngines`: prints {"reason": null or text} and ends. What ONNX Runtime itself said is the
// reason; the advice around it names the command that asks here.
const reason = await tryEngine(process.argv[2] as EngineName).then(
  () => null,
  (error: Error) => reasonOf(error.cause ?? error),
);
process.stdout.write(JSON.stringify({ reason }), () => process.exit(0));

import type { EngineName } from "../config/engines.js";
import { tryEngine } from "./probe.js";

// Entry of the child processes of `probeEngines`: prints {"reason": null or text} and ends.
const reason = await tryEngine(process.argv[2] as EngineName).then(
  () => null,
  (error: Error) => error.message.split("\n")[0],
);
process.stdout.write(JSON.stringify({ reason }), () => process.exit(0));

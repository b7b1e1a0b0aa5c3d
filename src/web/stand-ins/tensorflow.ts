import "@tensorflow/tfjs-backend-cpu";
import * as core from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import { registerBroadcast } from "./broadcast.js";
import { registerMatMul } from "./mat-mul.js";
import { registerStrided } from "./strided.js";

registerMatMul();
registerBroadcast();
registerStrided();

/** TensorFlow.js in a browser, in the place of `src/tensorflow.ts`: its operations on plain JavaScript, and no other backend. */
export default core;

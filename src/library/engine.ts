/** `pidreg/engine`: compiles a step of TensorFlow.js operations into an ONNX graph, or runs it eagerly. */

export * from "../engine/index.js";

/** Imports point one way: a layer may import only the layers that stand before it in this list. */
const layers = [
  "math",
  "files",
  "config",
  "data",
  "pid",
  "engine",
  "losses",
  "models",
  "evaluation",
  "tasks",
  "modalities",
  "fit",
  "mi",
  "training",
  "record",
  "report",
  "executors",
  "run",
  "web",
  "page",
  "study",
  "library",
  "cli",
];
const numeric = ["math", "pid"];
const tensor = ["losses", "models"];
/** What fitting a model knows of models: what any of them declares. */
const anyModel = "^src/models/(module|parameters)\\.ts$";

const upward = layers.map((layer, i) => ({
  name: `${layer}-imports-downwards`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${[...layers.slice(i + 1), "index\\.ts"].join("|")})` },
}));

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...upward,
    {
      name: "float64-layers-know-no-tensors",
      severity: "error",
      from: { path: `^src/(${numeric.join("|")})/` },
      to: { path: "@tensorflow|onnxruntime|^src/tensorflow\\.ts$" },
    },
    {
      name: "tensor-layers-know-no-files-config-or-logs",
      severity: "error",
      from: { path: `^src/(${tensor.join("|")})/`, pathNot: "\\.test\\.ts$" },
      to: { path: "^src/(config|files|data)/|^pino$|^(node:)?fs" },
    },
    {
      name: "fit-knows-no-pidreg",
      severity: "error",
      from: { path: "^src/fit/", pathNot: "\\.test\\.ts$" },
      to: { path: "^src/(config|files|data|pid|losses|models)/", pathNot: anyModel },
    },
    {
      name: "web-knows-no-node",
      comment: "What these reach is bundled for browsers by scripts/bundle-web.mjs, which fails where that needs Node.",
      severity: "error",
      from: { path: "^src/(web/|library/web\\.ts$)", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "runs-are-read-and-written-through-record",
      comment: "What touches the files of a run knows their schemas; cli/outputs.ts looks at the streams of the process.",
      severity: "error",
      from: { path: "^src/(report|run|study|library|cli)/", pathNot: "\\.test\\.ts$|^src/cli/outputs\\.ts$" },
      to: { path: "^(node:)?fs(/promises)?$" },
    },
    {
      name: "no-undeclared-packages",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};

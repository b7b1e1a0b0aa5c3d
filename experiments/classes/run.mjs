// Atoms of classes against known ones: node experiments/classes/run.mjs [ROWS] [SETS] [CASE..]; needs a build.
import { createEngine } from "../../dist/engine/index.js";
import { Rng } from "../../dist/math/rng.js";
import { classPosteriors } from "../../dist/mi/posterior.js";
import { classPid } from "../../dist/pid/discrete/class-pid.js";
import { cases } from "./cases.mjs";

const [rows = "2000", sets = "1", ...wanted] = process.argv.slice(2);
const engine = await createEngine("onnx", { threads: 1 });
console.log("case\tset\tr\tu1\tu2\ts\ttotal ± SE\theld out I1\tI2\tI12\tloss1\tloss2\tgap\tflags\theads ms\tatoms ms");
for (const name of wanted.length > 0 ? wanted : Object.keys(cases)) {
  const { truth, classes, make } = cases[name];
  console.log([name, "truth", ...truth].join("\t"));
  for (let set = 1; set <= Number(sets); set++) {
    const { labels, sources } = make(new Rng(`${name}/${set}`), Number(rows));
    const named = sources.map((columns, k) => ({ name: `z${k + 1}`, columns }));
    const labelled = Array.from({ length: classes }, (_, y) => String(y));
    const begun = performance.now();
    const posteriors = await classPosteriors(
      { labels, classes: labelled, sources: named, groups: null },
      { engine, seed: set },
    );
    const fitted = performance.now();
    const { atoms, information, standardErrors, classes: reading, flags } = classPid(posteriors, { seed: set });
    const bits = (v) => v.toFixed(3);
    const { heldOut, quantisationLoss, gap } = reading;
    console.log(
      [
        ...[name, set, bits(atoms.redundancy), bits(atoms.unique.z1), bits(atoms.unique.z2), bits(atoms.synergy)],
        `${bits(information.total)} ± ${bits(standardErrors.information.total)}`,
        ...Object.values(heldOut.information.byModality).map(bits),
        ...[bits(heldOut.information.total), ...Object.values(quantisationLoss).map(bits), gap.toExponential(0)],
        ...[flags.join(" "), (fitted - begun).toFixed(0), (performance.now() - fitted).toFixed(0)],
      ].join("\t"),
    );
  }
}
await engine.dispose();

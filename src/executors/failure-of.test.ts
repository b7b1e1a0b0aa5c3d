import { expect, it } from "vitest";
import { failureOf } from "./failure-of.js";

it("says what a command said last, and tells what somebody can mend, what failed and what was killed apart", () => {
  const words = "epoch 1\npidreg: table.csv: no column y\n";
  expect(failureOf("t1", 2, words)).toMatchObject({ name: "InputError", message: "t1: table.csv: no column y" });
  expect(failureOf("t1", 1, words)).toMatchObject({ name: "RunError", exitCode: 1 });
  const killed = { name: "RunError", exitCode: 137, message: "t1: its process ended with SIGKILL" };
  expect(failureOf("t1", "SIGKILL", "")).toMatchObject(killed);
});

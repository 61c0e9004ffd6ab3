import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type ProcessSpec, Supervisor } from "../../grid/supervisor.js";
import { readTable } from "../../grid/process-table.js";
import { eventually } from "../support/eventually.js";

jest.setTimeout(60_000);
let data: string;
let supervisor: Supervisor;
let said: string[];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "holdfast-supervisor-"));
  said = [];
  supervisor = new Supervisor(data, (line) => said.push(line), { silentMs: 4_000, startMs: 1_000, lookMs: 50 });
});
afterEach(async () => {
  await supervisor.stop(supervisor.names());
  rmSync(data, { recursive: true });
});

const spec = (name: string, script: string): ProcessSpec => ({
  name,
  command: "/bin/sh",
  args: ["-c", script],
  env: { PATH: process.env["PATH"] },
  showsLife: true,
});
const pidOf = (name: string) => readTable(data).find((entry) => entry.name === name)?.pid;

test("a process that hangs before its first sign of life is killed and started again", async () => {
  supervisor.start(spec("dumb", "sleep 100"));
  const first = pidOf("dumb");
  await eventually("another one", async () =>
    pidOf("dumb") !== first && pidOf("dumb") !== undefined ? true : undefined,
  );
  expect(said).toContainEqual(expect.stringMatching(/^dumb hung/));
});

test("a process that falls silent is killed, and one that shows signs of life is not", async () => {
  supervisor.start(spec("lively", "while :; do echo . >&3; sleep 0.1; done"));
  supervisor.start(spec("stopped", "while :; do echo . >&3; sleep 0.1; done"));
  const [lively, stopped] = [pidOf("lively"), pidOf("stopped")];
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.kill(-stopped!, "SIGSTOP");
  await eventually("another one", async () => (pidOf("stopped") !== stopped ? true : undefined));
  expect(pidOf("lively")).toBe(lively);
  expect(said.filter((line) => line.includes("lively"))).toEqual([]);
});

test.each([
  ["whose program is missing", { command: "/nowhere/program" }],
  // Node refuses it before there is a process, as it does when there is too little memory.
  ["that Node refuses to start", { env: { BAD: "a\0b" } }],
])("a process %s is tried again, and the others continue", async (_, change) => {
  supervisor.start({ ...spec("broken", "true"), ...change });
  supervisor.start(spec("sound", "while :; do echo . >&3; sleep 0.1; done"));
  const sound = pidOf("sound");
  await eventually("a second try", async () =>
    said.filter((line) => line.startsWith("broken cannot be started")).length > 1 ? true : undefined,
  );
  expect(pidOf("sound")).toBe(sound);
});

// npm run bench -- <name> [--jobs n | --services n | --minutes n | --seconds n] --json: the set-up, then one benchmark.
import { runInTerminal } from "./steps.mjs";
import { orExplain, setUp } from "./setup.mjs";

await orExplain(async () => {
  await setUp();
  return runInTerminal(process.execPath, ["dist/bench/main.js", ...process.argv.slice(2)]);
});

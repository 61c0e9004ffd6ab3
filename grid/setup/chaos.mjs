// npm run chaos -- --jobs n --seed n [--fault name|all|mix] --json: the set-up, then the fault suite.
import { runInTerminal } from "./steps.mjs";
import { orExplain, setUp } from "./setup.mjs";

await orExplain(async () => {
  await setUp();
  return runInTerminal(process.execPath, ["dist/bench/chaos/main.js", ...process.argv.slice(2)]);
});

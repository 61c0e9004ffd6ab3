// npm start: the set-up, then `holdfast up` with the arguments given.
import { runInTerminal } from "./steps.mjs";
import { orExplain, setUp } from "./setup.mjs";

await orExplain(async () => {
  await setUp();
  return runInTerminal(process.execPath, ["cli/holdfast.mjs", "up", ...process.argv.slice(2)]);
});

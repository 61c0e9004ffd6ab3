import { writeFileSync } from "node:fs";
import { join } from "node:path";

// Node loads this before the grid's own code. It puts an agent into the groups of its machine before the agent does anything.
// So an agent that the supervisor restarts while its machine is frozen is frozen too, as if the machine were off.

const machine = process.env["HOLDFAST_MACHINE"];
const folders = JSON.parse(process.env["CHAOS_GROUPS"] ?? "{}") as Record<string, string[]>;
for (const folder of (machine === undefined ? undefined : folders[machine]) ?? [])
  writeFileSync(join(folder, "cgroup.procs"), "0");

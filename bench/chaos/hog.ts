import { writeFileSync } from "node:fs";
import { join } from "node:path";

// `node hog.js <group>`: shares a machine's memory and takes all of it, until it is killed. The kernel is told to spare it.

writeFileSync(join(process.argv[2]!, "cgroup.procs"), "0");
writeFileSync("/proc/self/oom_score_adj", "-1000");
const held: Buffer[] = [];
process.once("disconnect", () => process.exit(0));
setInterval(() => held.push(Buffer.alloc(16 * 2 ** 20, 1)), 5);

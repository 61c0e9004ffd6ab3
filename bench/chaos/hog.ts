import { writeFileSync } from "node:fs";
import { join } from "node:path";

// `node hog.js <group>`: shares a machine's memory and takes all of it, until it is killed.

writeFileSync(join(process.argv[2]!, "cgroup.procs"), "0");
const held: Buffer[] = [];
process.once("disconnect", () => process.exit(0));
setInterval(() => held.push(Buffer.alloc(16 * 2 ** 20, 1)), 5);

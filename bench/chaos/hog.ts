import { writeFileSync } from "node:fs";
import { join } from "node:path";

// `node hog.js <group>`: joins the memory group of a machine and takes all its memory until it is killed.

writeFileSync(join(process.argv[2]!, "cgroup.procs"), "0");
const held: Buffer[] = [];
process.once("disconnect", () => process.exit(0));
setInterval(() => held.push(Buffer.alloc(16 * 2 ** 20, 1)), 5);

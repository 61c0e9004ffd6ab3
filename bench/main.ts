import { type Figure } from "./figure.js";
import { latency } from "./latency.js";
import { throughput } from "./throughput.js";

const benchmarks: Record<string, () => Promise<Figure[]>> = { throughput, latency };

const name = process.argv.slice(2).find((argument) => !argument.startsWith("--")) ?? "";
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  process.stderr.write(`usage: npm run bench -- <${Object.keys(benchmarks).join("|")}> --json\n`);
  process.exit(64);
}
for (const figure of await benchmark()) process.stdout.write(`${JSON.stringify(figure)}\n`);
process.exit(0);

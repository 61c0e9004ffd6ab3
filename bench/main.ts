import { parseArgs } from "node:util";
import { api } from "./benchmarks/api.js";
import { alarm } from "./benchmarks/alarm.js";
import { analysis } from "./benchmarks/analysis.js";
import type { Figure } from "./figure.js";
import { frozen } from "./benchmarks/frozen.js";
import { held } from "./benchmarks/held.js";
import { latency } from "./benchmarks/latency.js";
import { probing } from "./benchmarks/probing.js";
import { quiet } from "./benchmarks/quiet.js";
import { recovery } from "./benchmarks/recovery.js";
import { storm } from "./benchmarks/storm.js";
import { throughput } from "./benchmarks/throughput.js";
import { watching } from "./benchmarks/watching.js";

/** A benchmark, and the option that sets its size, if it has one. */
interface Benchmark {
  run(size: number): Promise<Figure[]>;
  option?: { name: "jobs" | "services" | "minutes" | "seconds" | "tests"; usual: number };
}

const benchmarks: Record<string, Benchmark> = {
  throughput: { run: throughput, option: { name: "jobs", usual: 250 } },
  latency: { run: latency },
  alarm: { run: alarm },
  recovery: { run: recovery, option: { name: "jobs", usual: 10_000 } },
  held: { run: held, option: { name: "jobs", usual: 100_000 } },
  probing: { run: probing, option: { name: "services", usual: 500 } },
  quiet: { run: quiet, option: { name: "minutes", usual: 60 } },
  watching: { run: watching, option: { name: "seconds", usual: 60 } },
  storm: { run: storm, option: { name: "minutes", usual: 10 } },
  analysis: { run: analysis, option: { name: "tests", usual: 2_000 } },
  api: { run: api, option: { name: "jobs", usual: 1_000_000 } },
  frozen: { run: frozen, option: { name: "seconds", usual: 300 } },
};

const { benchmark, size } = readArguments();
process.once("SIGTERM", () => process.exit(143));
for (const figure of await benchmark.run(size)) process.stdout.write(`${JSON.stringify(figure)}\n`);
process.exit(0);

function readArguments(): { benchmark: Benchmark; size: number } {
  const number = { type: "string" } as const;
  try {
    const { values, positionals } = parseArgs({
      options: {
        json: { type: "boolean" },
        jobs: number,
        services: number,
        minutes: number,
        seconds: number,
        tests: number,
      },
      allowPositionals: true,
    });
    const [name = "", ...more] = positionals;
    const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
    if (benchmark === undefined) return explain(name === "" ? "which benchmark?" : `there is no benchmark ${name}`);
    if (more.length > 0) return explain(`one benchmark at a time; what is ${more.join(" ")}?`);
    const { json: _json, ...sizes } = values;
    const foreign = Object.keys(sizes).filter((option) => option !== benchmark.option?.name);
    if (foreign.length > 0) return explain(`${name} has no option --${foreign[0]}`);
    const { option } = benchmark;
    const text = option && sizes[option.name];
    if (text === undefined) return { benchmark, size: option?.usual ?? 0 };
    if (!/^[1-9]\d{0,6}$/.test(text)) return explain(`--${option?.name} needs a whole number above 0, not ${text}`);
    return { benchmark, size: Number(text) };
  } catch (error) {
    return explain((error as Error).message);
  }
}

function explain(problem: string): never {
  const lines = Object.entries(benchmarks).map(
    ([name, { option }]) => `  ${name}${option === undefined ? "" : ` [--${option.name} ${option.usual}]`}`,
  );
  process.stderr.write(`${problem}\nusage: npm run bench -- <name> --json\n${lines.join("\n")}\n`);
  process.exit(64);
}

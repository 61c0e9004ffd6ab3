import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FolderAnalysis } from "../../analysis/folder-analysis.js";
import { OpenSource } from "../../analysis/open-source.js";
import { discover } from "../../analysis/discover.js";
import { packageRoot } from "../../grid/package-root.js";
import { type Figure, figure, median } from "../figure.js";

const layers = 5;
const modulesInLayer = 10;
const functionsInModule = 40;
const rounds = 5;

/**
 * Time to read the code of many tests, each by itself, in a generated source of 50 modules in five layers: all for the
 * first time, all from the cache of an earlier run, and with one changed file. The reference is the first time. Then the
 * CPU time to read all of Holdfast's own code at once.
 */
export async function analysis(tests: number): Promise<Figure[]> {
  const root = mkdtempSync(join(tmpdir(), "holdfast-bench-analysis-"));
  const [source, cache] = [join(root, "source"), join(root, "cache")];
  try {
    writeSource(source, tests);
    // Time stamps do not show changes of the last seconds.
    await sleep(3_000);
    const cold = await timed(() => readAll(source, cache, tests));
    const memory = process.memoryUsage().rss / 2 ** 20;
    const cached: number[] = [];
    const changed: number[] = [];
    for (let round = 0; round < rounds; round++) {
      cached.push(await timed(() => readAll(source, cache, tests)));
      appendFileSync(join(source, `tests/t${round}.test.ts`), "// changed\n");
      changed.push(await timed(() => readAll(source, cache, tests)));
    }
    const cpu = process.cpuUsage();
    await discover(new OpenSource(packageRoot), {
      code: ["{domain,db,api,activities,workflows,mail,cli,analysis}/**/*.ts"],
      command: "",
      path: "",
    });
    const { user, system } = process.cpuUsage(cpu);
    return [
      figure("analysis-cold", cold, "ms"),
      figure("analysis-cached", median(cached), "ms", cold),
      figure("analysis-one-changed", median(changed) - median(cached), "ms beyond the cached run", cold),
      figure("analysis-memory", memory, "MiB"),
      figure("analysis-own-code", (user + system) / 1e6, "CPU s"),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function readAll(source: string, cache: string, tests: number): Promise<void> {
  const analysed = new FolderAnalysis(source, cache);
  for (let test = 0; test < tests; test++) {
    const command = `node --test tests/t${test}.test.ts`;
    const { requirements } = await analysed.find({ code: null, command, path: "" });
    if (requirements.length === 0) throw new Error(`${command}: its requirements were not found`);
  }
  analysed.save();
}

/** Modules of one layer import two of the next one; functions of the last layer require services. */
function writeSource(folder: string, tests: number): void {
  for (const name of ["lib", "tests"]) mkdirSync(join(folder, name), { recursive: true });
  for (let layer = 0; layer < layers; layer++)
    for (let module = 0; module < modulesInLayer; module++)
      writeFileSync(join(folder, `lib/m${layer}-${module}.ts`), moduleText(layer, module));
  for (let test = 0; test < tests; test++) {
    const [one, other] = [test % modulesInLayer, (test + 3) % modulesInLayer];
    const text = `import { test } from "node:test";
import { f${test % functionsInModule} as first } from "../lib/m0-${one}.js";
import { f0 as second } from "../lib/m0-${other}.js";
test("t${test}", () => { first(${test}); second(1); });
`;
    writeFileSync(join(folder, `tests/t${test}.test.ts`), text);
  }
}

function moduleText(layer: number, module: number): string {
  const isLast = layer === layers - 1;
  const next = [module, (module + 1) % modulesInLayer];
  const imports = isLast
    ? []
    : next.map((each, index) => `import { f${index} as next${index} } from "./m${layer + 1}-${each}.js";`);
  const functions = Array.from({ length: functionsInModule }, (_, index) => {
    const annotation = isLast && index < 2 ? `\n * @requires service:s${module}` : "";
    const call = index >= 2 ? `f${index - 2}(x - 1)` : isLast ? "0" : `next${index}(x)`;
    return `/** Does ${index}.${annotation} */\nexport function f${index}(x: number): number {\n  return x > 3 ? ${call} : ${index};\n}`;
  });
  return `${[...imports, ...functions].join("\n")}\n`;
}

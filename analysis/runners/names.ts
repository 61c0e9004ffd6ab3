/** Programs whose arguments say which code they run. */
export const shells = new Set(["sh", "bash", "dash", "zsh", "ksh", "ash"]);
export const scriptRunners = new Set(["node", "tsx", "ts-node", "bun", "deno", "nodejs", "swc-node", "esr"]);
export const packageRunners = new Set(["npx", "bunx", "pnpx"]);
export const packageManagers = new Set(["npm", "pnpm", "yarn"]);
/** Tools that run scripts of package.json one after the other, or at the same time. */
export const scriptGroups = new Set(["npm-run-all", "npm-run-all2", "run-s", "run-p"]);
/** Tools that run scripts of package.json or commands. */
export const commandGroups = new Set(["concurrently", "start-server-and-test"]);
export const makes = new Set(["make", "gmake"]);
/** Other programs that only run tests. */
const otherTestRunners = new Set(["bats", "tox", "nox", "behave"]);
export const pythonTools = new Set(["uv", "poetry", "pipenv", "hatch", "pdm", "coverage"]);
export const testRunners = new Set([
  "jest",
  "vitest",
  "mocha",
  "ava",
  "tap",
  "jasmine",
  "playwright",
  "c8",
  "nyc",
  "cypress",
  "wtr",
  "uvu",
]);

export function isPython(name: string): boolean {
  return /^python[\d.]*$|^pypy3?$/.test(name);
}

export function isPytest(name: string): boolean {
  return name === "pytest" || name === "py.test";
}

const all = [
  shells,
  scriptRunners,
  packageRunners,
  packageManagers,
  scriptGroups,
  commandGroups,
  pythonTools,
  testRunners,
  makes,
  otherTestRunners,
  new Set(["turbo", "lerna", "nx"]),
];

/** Whether a command may start code of its source. Only looks at the words of the command, so it can be true by mistake. */
export function mayStartCode(command: string): boolean {
  return command
    .split(/[\s;&|()<>"'`$]+/)
    .some(
      (word) =>
        word.includes("/") ||
        word === "." ||
        word === "source" ||
        isPython(word) ||
        isPytest(word) ||
        all.some((names) => names.has(word)),
    );
}

/** Whether a program does nothing but run tests. */
export function runsTests(program: string): boolean {
  const name = program.slice(program.lastIndexOf("/") + 1);
  return isPytest(name) || testRunners.has(name) || otherTestRunners.has(name);
}

/** The message about a test whose command starts no readable code. */
export function nothingRead(command: string): string {
  return `nothing read: the command ${JSON.stringify(command.slice(0, 200))} names no file that Holdfast can read`;
}

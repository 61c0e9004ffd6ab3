import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A test for a first suite file. */
export interface FirstTest {
  name: string;
  test: string;
  prepare?: string;
  build?: string;
  results?: string;
}

/** The tests that the folder's own tools run, as its files suggest. */
export function suggestedTests(folder: string): FirstTest[] {
  const has = (name: string) => existsSync(join(folder, name));
  const read = (name: string) => {
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch {
      return "";
    }
  };
  return [
    ...ofPackageJson(read("package.json"), has("package-lock.json")),
    ...(hasPytest(folder, read)
      ? [{ name: "pytest", test: "python3 -m pytest --junitxml=report.xml", results: "junit:report.xml" }]
      : []),
    ...(has("go.mod") ? [{ name: "go", build: "go build ./...", test: "go test ./..." }] : []),
    ...(has("Cargo.toml") ? [{ name: "cargo", build: "cargo build --tests", test: "cargo test" }] : []),
    ...(has("pom.xml")
      ? [{ name: "maven", test: "mvn --batch-mode test", results: "junit:target/surefire-reports/*.xml" }]
      : []),
    ...batsFolder(folder).map((name) => ({ name: "bats", test: `bats --tap ${name}`, results: "tap" })),
    ...ofMakefile(read("Makefile")),
  ];
}

function ofPackageJson(text: string, isLocked: boolean): FirstTest[] {
  let script: unknown;
  try {
    script = (JSON.parse(text) as { scripts?: { test?: unknown } }).scripts?.test;
  } catch {
    return [];
  }
  // `npm init` writes a script that runs no test.
  if (typeof script !== "string" || script.includes("no test specified")) return [];
  return [{ name: "npm", test: "npm test", prepare: isLocked ? "npm ci" : "npm install" }];
}

function hasPytest(folder: string, read: (name: string) => string): boolean {
  if (read("pytest.ini") !== "" || /\[tool\.pytest|\bpytest\b/.test(read("pyproject.toml"))) return true;
  return [folder, join(folder, "tests")].some((place) => namesIn(place).some((name) => /^test_.*\.py$/.test(name)));
}

function batsFolder(folder: string): string[] {
  return ["test", "tests"].filter((name) => namesIn(join(folder, name)).some((each) => each.endsWith(".bats")));
}

function ofMakefile(text: string): FirstTest[] {
  const [, target] = /^(check|test)\s*:(?!=)/m.exec(text) ?? [];
  return target === undefined ? [] : [{ name: "make", test: `make ${target}` }];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A suite file with these tests. */
export function firstSuite(owner: string, project: string, tests: readonly FirstTest[]): string {
  const lines = tests.flatMap(({ name, ...fields }) => [
    `  ${quoted(name)}:`,
    ...(["prepare", "build", "test", "results"] as const).flatMap((key) =>
      fields[key] === undefined ? [] : [`    ${key}: ${quoted(fields[key])}${notes[key] ?? ""}`],
    ),
  ]);
  return `owner: ${quoted(owner)}    # who gets the mails
project: ${quoted(project)}
tests:
${lines.join("\n")}
`;
}

const notes: Partial<Record<string, string>> = {
  prepare: "    # a problem here is infrastructure",
  build: "    # a problem here is the code's",
};

/** A text in YAML, with quotes if it needs them. */
function quoted(text: string): string {
  return /^[A-Za-z][\w./@ -]*$/.test(text) &&
    !/ #|^(true|false|yes|no|on|off|null)$/i.test(text.trim()) &&
    text === text.trim()
    ? text
    : JSON.stringify(text);
}

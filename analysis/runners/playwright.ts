import type { RunnerProject } from "./projects.js";

/** The files of projects that run before or after the chosen ones: `dependencies: ["setup"]`, `teardown: "cleanup"`. */
export function dependenciesOf(
  projects: readonly RunnerProject[],
  testsOfProjects: readonly ((file: string) => boolean)[],
  chosen: readonly string[],
  files: readonly string[],
): string[] {
  const textOf = ({ configurations }: RunnerProject) => configurations[0]?.text ?? "";
  const wanted = new Set(projects.filter((_project, index) => chosen.some((file) => testsOfProjects[index]!(file))));
  const first = new Set(wanted);
  for (const project of wanted) {
    const names = namesIn(textOf(project), "dependencies|teardown");
    for (const other of projects)
      if (names.some((name) => namesIn(textOf(other), "name").includes(name))) wanted.add(other);
  }
  const later = projects.flatMap((project, index) =>
    wanted.has(project) && !first.has(project) ? [testsOfProjects[index]!] : [],
  );
  return files.filter((file) => later.some((isTest) => isTest(file)));
}

function namesIn(text: string, keys: string): string[] {
  const values = text.matchAll(new RegExp(`\\b(?:${keys})\\s*:\\s*(\\[[^\\]]*\\]|["'\`][^"'\`]+["'\`])`, "g"));
  return [...values].flatMap(([, value]) => [...value!.matchAll(/["'`]([^"'`]+)["'`]/g)].map(([, name]) => name!));
}

/** The regular expressions of `testMatch` in a configuration. */
export function expressionsIn(text: string): string[] {
  const values = text.matchAll(/\btestMatch\s*:\s*(\[[^\]]*\]|\/(?:[^/\\\n]|\\.)+\/)/g);
  return [...values].flatMap(([, value]) =>
    [...value!.matchAll(/\/((?:[^/\\\n]|\\.)+)\/[a-z]*/g)].map(([, body]) => body!),
  );
}

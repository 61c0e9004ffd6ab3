import type { SourceView } from "../source-view.js";
import type { Entry } from "./entry.js";

/** Tools that run a script in many packages: `turbo run test`, `lerna run test`, `nx run-many -t test`, `nx test shop`. */
export const monorepoTools = new Set(["turbo", "lerna", "nx"]);

/** The scripts that such a tool runs, in the packages that the command chooses. Without a choice, in all packages. */
export function ofMonorepoTool(view: SourceView, name: string, args: readonly string[]): Entry[] {
  const chosen: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const [flag = "", inline] = args[index]!.split("=");
    if (/^(?:--filter|--scope|--projects?|-p|-F)$/.test(flag))
      chosen.push(...(inline ?? args[++index] ?? "").split(","));
    else if (/^(?:-t|--targets?)$/.test(flag)) words.push("run", ...(inline ?? args[++index] ?? "").split(","));
    else if (flag === "--") break;
    else if (!flag.startsWith("-")) words.push(flag);
  }
  const [first = "", ...rest] = words.filter((word) => word !== "run-many" && word !== "affected");
  // `nx run shop:test` and `nx test shop`
  const [project, target] = name === "nx" && first === "run" ? (rest[0] ?? "").split(":") : [];
  if (target !== undefined) chosen.push(project!);
  else if (name === "nx" && first !== "run") chosen.push(...rest);
  const scripts = target !== undefined ? [target] : first === "run" ? rest : [first];
  return view
    .files()
    .filter((file) => file.endsWith("/package.json"))
    .map((file) => file.slice(0, -"/package.json".length))
    .filter((folder) => isChosen(view, folder, chosen))
    .flatMap((folder) =>
      scripts.map((script): Entry => ({ language: "program", name: "npm", args: ["run", script], folder })),
    );
}

function isChosen(view: SourceView, folder: string, chosen: readonly string[]): boolean {
  if (chosen.length === 0) return true;
  const [, name] = /"name"\s*:\s*"([^"]+)"/.exec(view.read(`${folder}/package.json`) ?? "") ?? [];
  return chosen
    .map((each) => each.replaceAll(/^\.{0,3}|\.{3}$/g, "").replace(/^\//, ""))
    .some(
      (each) => each === name || each === folder || folder.endsWith(`/${each}`) || name?.endsWith(`/${each}`) === true,
    );
}

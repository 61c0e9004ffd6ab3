import { posix } from "node:path";

/**
 * The reason why a symbolic link cannot be part of a source; undefined if it stays inside. `..` is allowed only at the
 * beginning of the target: after a name, the name could be another link that leads elsewhere.
 * @param path of the link, relative to the source's root, with `/`
 */
export function linkProblem(path: string, target: string): string | undefined {
  if (posix.isAbsolute(target)) return leadsOut(target);
  const steps = target.split("/").filter((step) => step !== "" && step !== ".");
  const firstName = steps.findIndex((step) => step !== "..");
  const up = firstName < 0 ? steps.length : firstName;
  if (steps.slice(up).includes("..")) return `the link ${target} goes down and up again`;
  const depth = posix.normalize(path).split("/").length - 1;
  return up > depth ? leadsOut(target) : undefined;
}

function leadsOut(target: string): string {
  return `the link leads out of the source, to ${target}`;
}

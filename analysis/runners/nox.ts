import type { SourceView } from "../source-view.js";
import { configurationText } from "./configuration.js";
import type { Entry } from "./entry.js";

interface Session {
  name: string;
  body: string;
}

/**
 * The programs that nox runs in its sessions, read from the text of noxfile.py: the literal arguments of `session.run`. Arguments
 * after `--` take the place of `session.posargs`.
 */
export function ofNox(view: SourceView, args: readonly string[], folder: string): Entry[] | undefined {
  const text = configurationText(view, folder, "noxfile.py").replaceAll(/^[ \t]*#.*\n/gm, "");
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const byDefault = /\boptions\.sessions\s*=\s*[[(]?([^\])\n]*(?:\n[ \t]+[^\])\n]*)*)/.exec(text)?.[1] ?? "";
  const wanted = sessionsNamed(args.slice(0, end)) ?? quoted(byDefault);
  const runs = sessionsThatRun(sessionsIn(text), new Set(wanted.map((each) => each.replace(/-[\d.]+$/, ""))));
  const entries = runs.flatMap(({ body }) => programsIn(body, args.slice(end + 1), folder));
  return entries.length === 0 ? undefined : entries;
}

/** The wanted sessions, or all if none is named, and those that they notify. */
function sessionsThatRun(all: readonly Session[], wanted: ReadonlySet<string>): Session[] {
  const chosen = all.filter(({ name }) => wanted.size === 0 || wanted.has(name));
  const notified = new Set(
    chosen.flatMap(({ body }) => [...body.matchAll(/\.notify\(\s*["']([^"']+)/g)].map(([, name]) => name)),
  );
  return all.filter((each) => chosen.includes(each) || notified.has(each.name));
}

function programsIn(body: string, positional: readonly string[], folder: string): Entry[] {
  const runs = body.matchAll(/\.(?:run|run_always|run_install)\(((?:[^()]|\([^()]*\))*)\)/g);
  return [...runs].flatMap(([, given]): Entry[] => {
    const withoutKeywords = given!.replaceAll(/(?:^|,)\s*\w+\s*=\s*(?:\{[^}]*\}|[^,]*)/g, "");
    const [name, ...rest] = quoted(withoutKeywords);
    const args = withoutKeywords.includes("posargs") ? [...rest, ...positional] : rest;
    return name === undefined ? [] : [{ language: "program", name, args, folder }];
  });
}

/** The sessions that the command line names; undefined if it names none. */
function sessionsNamed(args: readonly string[]): string[] | undefined {
  const joined = args.find((arg) => /^--sessions?=/.test(arg));
  if (joined !== undefined) return joined.slice(joined.indexOf("=") + 1).split(",");
  // Options can be joined: `-rs`.
  const at = args.findIndex((arg) => /^(?:-[a-zA-Z]*[se]|--sessions?)$/.test(arg));
  if (at < 0) return undefined;
  const rest = args.slice(at + 1);
  const next = rest.findIndex((arg) => arg.startsWith("-"));
  return rest.slice(0, next < 0 ? rest.length : next);
}

/** The functions with the decorator `@nox.session`. */
function sessionsIn(text: string): Session[] {
  const definition =
    /^@(?:nox\.)?session\b([^\n]*(?:\n[^\n@]*)*?)(?:\n@[^\n]*)*\ndef\s+(\w+)[^\n]*\n((?:[ \t]+[^\n]*\n|\s*\n)*)/gm;
  return [...`${text}\n`.matchAll(definition)].map(([, options, own, body]) => ({
    name: /\bname\s*=\s*["']([^"']+)/.exec(options!)?.[1] ?? own!,
    body: body!,
  }));
}

function quoted(text: string): string[] {
  return [...text.matchAll(/(["'])(.*?)\1/g)].map(([, , each]) => each!);
}

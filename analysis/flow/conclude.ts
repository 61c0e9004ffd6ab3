import {
  type ChainLink,
  formatRequirement,
  type JobRequirement,
  type NotUnderstood,
  parseRequirement,
} from "../../domain/requirements/requirement.js";
import type { Program } from "./program.js";
import type { Annotation, Declaration, Site } from "./declaration.js";

export interface Findings {
  requirements: JobRequirement[];
  notUnderstood: NotUnderstood[];
}

/** A requirement that follows from what the code does, not from an annotation, with its place. */
export interface Evidence {
  requirement: string;
  name: string;
  from: Declaration;
  at: Site;
}

/**
 * Collects the requirements of all declarations that the root reaches, each with a shortest chain of calls.
 * A service that the code itself starts (`@provides`) is not required.
 */
export function collectFindings(
  programs: readonly Program[],
  root: Declaration,
  evidence: readonly Evidence[],
): Findings {
  const found = new Map<string, JobRequirement>();
  const provided = new Set<string>();
  const notUnderstood = new Map<string, NotUnderstood>();
  const recordNotUnderstood = (reason: string, { file, line }: Site) =>
    notUnderstood.set(`${file}:${line}:${reason}`, { file, line, reason });
  const ways = new Map<Declaration, CallPath>([[root, { before: undefined, link: undefined }]]);
  const add = (text: string, chain: ChainLink[], at: Site) => {
    let requirement;
    try {
      requirement = formatRequirement(parseRequirement(text));
    } catch (error) {
      return recordNotUnderstood((error as Error).message, at);
    }
    if (!found.has(requirement)) found.set(requirement, { requirement, origin: "discovered", chain });
  };
  const evidenceOf = groupBy(evidence);
  const queue: Declaration[] = [root];
  // Breadth first, so that the chain shown is a shortest one.
  for (const next of queue) {
    const way = ways.get(next)!;
    for (const annotation of next.requires)
      requireOne(programs, next, annotation, chainOf(way), add, recordNotUnderstood);
    for (const { calls } of programs)
      for (const { target, call } of calls.get(next) ?? []) {
        const meant = target.overloads.find(({ fits }) => fits(call));
        for (const annotation of meant?.declaration.requires ?? [])
          requireOne(programs, next, annotation, chainOf(way), add, recordNotUnderstood);
      }
    for (const service of next.provides) provided.add(service);
    for (const { requirement, name, at } of evidenceOf.get(next) ?? [])
      add(requirement, [...chainOf(way), { name, file: at.file, line: at.line }], at);
    for (const program of programs)
      for (const { to, name, at } of program.edgesOf(next)) {
        if (ways.has(to)) continue;
        ways.set(to, name === "" ? way : { before: way, link: { name, file: at.file, line: at.line } });
        queue.push(to);
      }
  }
  for (const { notes, openCalls, queue } of programs) {
    for (const { reason, at, from } of notes) if (ways.has(from)) recordNotUnderstood(reason, at);
    // If the analysis stopped at its limit, nearly every call is open. One note about that is enough.
    for (const { callee, from, at, text } of queue.isExhausted ? [] : openCalls)
      if (callee.isEmpty && ways.has(from)) recordNotUnderstood(`it is not known what ${text()} calls`, at);
  }
  return {
    requirements: [...found.values()]
      .filter(({ requirement }) => !provided.has(requirement))
      .sort((left, right) => (left.requirement < right.requirement ? -1 : 1)),
    notUnderstood: [...notUnderstood.values()].sort((left, right) =>
      left.file === right.file ? left.line - right.line : left.file < right.file ? -1 : 1,
    ),
  };
}

/** A path from the root to a declaration: its last step, and the path before that step. */
interface CallPath {
  before: CallPath | undefined;
  link: ChainLink | undefined;
}

function chainOf(way: CallPath): ChainLink[] {
  const chain: ChainLink[] = [];
  for (let each: CallPath | undefined = way; each?.link !== undefined; each = each.before) chain.push(each.link);
  return chain.reverse();
}

function callsOf(programs: readonly Program[], declaration: Declaration) {
  return programs.flatMap((program) => program.calls.get(declaration) ?? []);
}

function groupBy(evidence: readonly Evidence[]): Map<Declaration, Evidence[]> {
  const groups = new Map<Declaration, Evidence[]>();
  for (const each of evidence) {
    const group = groups.get(each.from);
    if (group === undefined) groups.set(each.from, [each]);
    else group.push(each);
  }
  return groups;
}

/** Adds one requirement. Replaces its placeholders by the arguments of each call. */
function requireOne(
  programs: readonly Program[],
  declaration: Declaration,
  annotation: Annotation,
  chain: ChainLink[],
  add: (text: string, chain: ChainLink[], at: Site) => void,
  recordNotUnderstood: (reason: string, at: Site) => void,
): void {
  const placeholders = [...annotation.text.matchAll(/\{([\w.$]+)\}/g)].map(([, name]) => name!);
  // The comment of a file that is itself run: no call leads there.
  const ownPlace = { name: annotation.file, file: annotation.file, line: annotation.line };
  if (placeholders.length === 0) return add(annotation.text, chain.length === 0 ? [ownPlace] : chain, annotation);
  const calls = callsOf(programs, declaration);
  if (calls.length === 0)
    recordNotUnderstood(
      `${annotation.text}: it is used without a call that could say which`,
      chain.at(-1) ?? annotation,
    );
  for (const { target, call, at } of calls) {
    const place = { name: declaration.name, file: at.file, line: at.line };
    const own = [...chain.slice(0, -1), place];
    let texts = [annotation.text];
    for (const placeholder of placeholders) {
      const cell = target.boundTexts?.(placeholder, call);
      for (const { queue } of programs) queue.drain();
      if (cell === undefined) {
        recordNotUnderstood(`${annotation.text}: ${declaration.name} has no parameter ${placeholder}`, annotation);
        texts = [];
        break;
      }
      const { texts: values, isOpen } = cell.texts();
      if (isOpen) recordNotUnderstood(`${annotation.text}: the value of ${placeholder} is not known here`, at);
      texts = texts.flatMap((text) => values.map((value) => text.replaceAll(`{${placeholder}}`, value)));
    }
    for (const text of new Set(texts)) add(text, chain.length === 0 ? [place] : own, at);
  }
}

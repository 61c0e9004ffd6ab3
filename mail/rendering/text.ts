import { type Fact, foldTitle, type Item, type MailDocument, limits, type Part } from "../mail-document.js";
import { logLine, oneLine } from "./plain.js";

const columnAtMost = 24;

/** A mail as plain text: sections with a title, indented by two. */
export function textOf({ badge, title, lead, page, parts, folded = [] }: MailDocument): string {
  const head = `${badge}: ${oneLine(title, limits.name)}`;
  const said = [
    ...lead.map((sentence) => oneLine(sentence, limits.lead)),
    ...(page === undefined ? [] : [oneLine(page, limits.value)]),
  ].join("\n");
  const rest = folded.length === 0 ? [] : [foldTitle(folded), ...folded.map(partText)];
  return `${[head, said, ...parts.map(partText), ...rest].filter((part) => part !== "").join("\n\n")}\n`;
}

function partText(part: Part): string {
  return [part.title, ...linesOf(part).map((line) => `  ${line}`.trimEnd())].join("\n");
}

function linesOf(part: Part): string[] {
  switch (part.kind) {
    case "prose":
      return part.lines.map((line) => oneLine(line, limits.lead));
    case "facts":
      return factLines(part.facts);
    case "items":
      return [
        ...(part.lead === undefined ? [] : [oneLine(part.lead, limits.lead)]),
        ...part.items.flatMap(itemLines),
        ...(part.more === 0 ? [] : [`- and ${part.more} more`]),
      ];
    case "excerpt":
      return excerptLines(part);
    case "marks":
      return [
        part.lead,
        ...(part.marks.length === 0 ? [] : [`${part.marks.map(({ sign }) => sign).join(" ")}  (${part.legend})`]),
      ];
    case "commands":
      return [part.lead, ...part.commands.map((command) => logLine(command, limits.command))];
  }
}

function factLines(facts: readonly Fact[]): string[] {
  const names = facts.map(({ name }) => oneLine(name, limits.name));
  const width = Math.min(columnAtMost, Math.max(0, ...names.map((name) => name.length)));
  return facts.map(({ value, link }, index) => {
    const shown = oneLine(value, limits.value);
    const address = link === undefined ? "" : oneLine(link, limits.value);
    return `${names[index]!.padEnd(width)}  ${address === "" || address === shown ? shown : `${shown} ${address}`}`;
  });
}

function itemLines({ text, aside, detail = [], link, also }: Item): string[] {
  const beside = aside === undefined || aside === "" ? "" : ` (${oneLine(aside, limits.aside)})`;
  return [
    `- ${oneLine(text, limits.value)}${beside}`,
    ...detail.map((line) => `    ${logLine(line, limits.value)}`),
    ...(link === undefined ? [] : [`    ${oneLine(link, limits.value)}`]),
    ...(also === undefined ? [] : [`    ${oneLine(also.text, limits.name)}: ${oneLine(also.link, limits.value)}`]),
  ];
}

function excerptLines({ excerpt, empty }: Extract<Part, { kind: "excerpt" }>): string[] {
  if (excerpt.lines.length === 0) return [`(${empty})`];
  let last = excerpt.lines[0]!.number - 1;
  return excerpt.lines.flatMap(({ number, text, isKey }) => {
    const isGap = number > last + 1;
    last = number;
    return [...(isGap ? ["…"] : []), `${isKey ? ">| " : " | "}${logLine(text, limits.logLine)}`];
  });
}

import { ts } from "@ts-morph/common";
import { annotationsIn, type Documented } from "../flow/annotations.js";
import { oncePerNode } from "./once-per-node.js";
import { nameOfFile } from "./places.js";

const none: Documented = { requires: [], provides: [] };

/** The node that carries the comment of a declaration. For the only variable of a statement, this is the statement. */
function documentationOf(node: ts.Node): ts.Node {
  if (!ts.isVariableDeclaration(node) || !ts.isVariableDeclarationList(node.parent)) return node;
  return node.parent.declarations.length === 1 && ts.isVariableStatement(node.parent.parent)
    ? node.parent.parent
    : node;
}

/**
 * The annotations in the comments before a declaration. They are read from the text, because TypeScript assigns a comment on
 * the line of an opening brace to the brace. Decorators can be in between.
 */
export function annotationsOn(node: ts.Node): Documented {
  return annotationsOf(documentationOf(node));
}

const annotationsOf = oncePerNode(readAnnotations);

function readAnnotations(owner: ts.Node): Documented {
  const source = owner.getSourceFile();
  const text = source.text;
  const start = owner.getStart(source);
  const ranges = [text.slice(owner.pos, start)];
  let offset = owner.pos;
  if (!ranges[0]!.includes("@requires") && !ranges[0]!.includes("@provides")) {
    // There can be a comment between a decorator and the name.
    const modifiers =
      ts.canHaveModifiers(owner) || ts.canHaveDecorators(owner)
        ? ((owner as { modifiers?: ts.NodeArray<ts.Node> }).modifiers ?? [])
        : [];
    const last = modifiers.at(-1);
    if (last === undefined) return none;
    ranges[0] = text.slice(start, (owner as { name?: ts.Node }).name?.getStart(source) ?? last.end);
    offset = start;
    if (!ranges[0].includes("@requires") && !ranges[0].includes("@provides")) return none;
  }
  // A comment about the whole module does not belong to the first declaration.
  const comments = commentsIn(ranges[0]!).filter(
    ([comment], index, all) => owner.pos !== 0 || !speaksOfModule(comment, index, all.length),
  );
  return together(
    comments.map(({ 0: comment, index }) =>
      annotationsIn(comment, nameOfFile(source), source.getLineAndCharacterOfPosition(offset + index).line + 1),
    ),
  );
}

function commentsIn(text: string): RegExpExecArray[] {
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)];
}

/** The documentation comments before a declaration. */
export function commentsOn(node: ts.Node): string[] {
  const owner = documentationOf(node);
  const source = owner.getSourceFile();
  return commentsIn(source.text.slice(owner.pos, owner.getStart(source))).map(([comment]) => comment);
}

/** The annotations of the whole module, in the comment at the top of a file. */
export function moduleAnnotations(source: ts.SourceFile): Documented {
  const [first] = source.statements;
  const text = source.text.slice(0, first === undefined ? source.text.length : first.getStart(source));
  if (!text.includes("@requires") && !text.includes("@provides")) return none;
  const comments = commentsIn(text);
  const isImport =
    first === undefined ||
    ts.isImportDeclaration(first) ||
    ts.isExportDeclaration(first) ||
    (ts.isExpressionStatement(first) && !ts.isBinaryExpression(first.expression));
  return together(
    comments
      .filter(([comment], index) => isImport || speaksOfModule(comment, index, comments.length))
      .map(({ 0: comment, index }) =>
        annotationsIn(comment, nameOfFile(source), source.getLineAndCharacterOfPosition(index).line + 1),
      ),
  );
}

/** Joins the annotations of several comments. */
export function together(all: readonly Documented[]): Documented {
  return { requires: all.flatMap(({ requires }) => requires), provides: all.flatMap(({ provides }) => provides) };
}

/** Whether a comment is about the module: it has a tag that says so, or another comment follows it. */
function speaksOfModule(comment: string, index: number, count: number): boolean {
  return /@(module|packageDocumentation|fileoverview|file)\b/.test(comment) || index < count - 1;
}

import { Node, type Identifier, type PrivateIdentifier, type SourceFile } from "ts-morph";

/** A reference from one piece of code to another that it may run. `name` is empty for an import's own effects. */
export interface Call {
  name: string;
  at: Node;
  target: Node;
}

/**
 * The requirements that stand on a declaration itself, as its author wrote them.
 * Read from the text before it: TypeScript gives a comment on the line of an opening brace to the brace.
 */
export function requirementsOn(node: Node): string[] {
  if (Node.isSourceFile(node)) return [];
  return documented(node).flatMap((owner) => {
    const before = owner.getSourceFile().getFullText().slice(owner.getPos(), owner.getStart());
    const docs = before.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
    return docs.flatMap((doc) => [...doc.matchAll(/@requires\s+([^\n*]+)/g)].map(([, text]) => text!.trim()));
  });
}

/** What a declaration refers to: every function, method, class or variable it names counts as called. */
export function callsIn(node: Node): Call[] {
  const calls: Call[] = Node.isSourceFile(node) ? importsOf(node) : [];
  node.forEachDescendant((descendant, traversal): void => {
    // What is only defined here runs if something refers to it.
    const isElsewhere =
      (Node.isSourceFile(node) && isTopLevelCode(descendant, node)) ||
      (Node.isClassDeclaration(node) && isMethodOf(descendant, node));
    if (isElsewhere || Node.isImportDeclaration(descendant) || Node.isTypeNode(descendant)) traversal.skip();
    else if (Node.isIdentifier(descendant) || Node.isPrivateIdentifier(descendant))
      calls.push(...referencesBy(descendant, node));
  });
  return calls;
}

function referencesBy(identifier: Identifier | PrivateIdentifier, node: Node): Call[] {
  return targetsOf(identifier)
    .filter((target) => target !== node && !isInside(target, node))
    .map((target) => ({ name: nameOf(target, identifier), at: identifier, target }));
}

/** Importing a module runs its top level. */
function importsOf(file: SourceFile): Call[] {
  return [...file.getImportDeclarations(), ...file.getExportDeclarations()].flatMap((declaration) => {
    const target = declaration.getModuleSpecifierSourceFile();
    return target === undefined ? [] : [{ name: "", at: declaration, target }];
  });
}

function targetsOf(identifier: Identifier | PrivateIdentifier): Node[] {
  const symbol = identifier.getSymbol();
  const resolved = symbol?.isAlias() === true ? symbol.getAliasedSymbol() : symbol;
  return (resolved?.getDeclarations() ?? []).filter(
    (declaration) => isRunnable(declaration) && !declaration.getSourceFile().isInNodeModules(),
  );
}

function isDeclaration(node: Node): boolean {
  return Node.isFunctionDeclaration(node) || Node.isClassDeclaration(node);
}

/** Whether this is a top-level function or class, be it the value of a variable. */
function isTopLevelCode(node: Node, file: SourceFile): boolean {
  if (isDeclaration(node)) return node.getParent() === file;
  if (!Node.isVariableDeclaration(node) || node.getVariableStatement()?.getParent() !== file) return false;
  const value = node.getInitializer();
  return Node.isArrowFunction(value) || Node.isFunctionExpression(value) || Node.isClassExpression(value);
}

/** Making an object runs its constructor and fields; its methods run when something refers to them. */
function isMethodOf(node: Node, owner: Node): boolean {
  return (
    node.getParent() === owner &&
    (Node.isMethodDeclaration(node) || Node.isGetAccessorDeclaration(node) || Node.isSetAccessorDeclaration(node))
  );
}

function isRunnable(node: Node): boolean {
  return (
    isDeclaration(node) ||
    Node.isMethodDeclaration(node) ||
    Node.isGetAccessorDeclaration(node) ||
    Node.isSetAccessorDeclaration(node) ||
    Node.isVariableDeclaration(node) ||
    Node.isPropertyDeclaration(node) ||
    Node.isPropertyAssignment(node) ||
    Node.isMethodSignature(node)
  );
}

/** A local variable's code is part of what surrounds it and is read there. */
function isInside(target: Node, node: Node): boolean {
  return !Node.isSourceFile(node) && target.getAncestors().includes(node);
}

/** The nodes whose comment speaks of this one: a variable's stands on its statement. */
function documented(node: Node): Node[] {
  if (!Node.isVariableDeclaration(node)) return [node];
  const statement = node.getVariableStatement();
  return statement === undefined ? [node] : [node, statement];
}

function nameOf(target: Node, identifier: Node): string {
  const owner = target.getParent();
  const own = identifier.getText();
  return (Node.isMethodDeclaration(target) || Node.isPropertyDeclaration(target)) &&
    owner !== undefined &&
    Node.isClassDeclaration(owner)
    ? `${owner.getName() ?? "class"}.${own}`
    : own;
}

import { ts } from "@ts-morph/common";
import { oncePerNode } from "../once-per-node.js";

export function skipOuter(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isTypeAssertionExpression(inner)
  )
    inner = inner.expression;
  return inner;
}

export function nameOf(name: ts.PropertyName): string | undefined {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isNumericLiteral(name)) return String(Number(name.text));
  return ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression) ? name.expression.text : undefined;
}

/** The functions that statements declare, by name. Overloads are several declarations of one name. */
function functionsOf(statements: readonly ts.Statement[]): Map<string, ts.FunctionDeclaration[]> {
  const functions = new Map<string, ts.FunctionDeclaration[]>();
  for (const each of statements) {
    if (!ts.isFunctionDeclaration(each)) continue;
    const name = each.name?.text ?? "default";
    functions.set(name, [...(functions.get(name) ?? []), each]);
  }
  return functions;
}

/** Sorts a list of statements into those that declare something and those that run. */
export const statementsOf = oncePerNode((statements: readonly ts.Statement[]) => ({
  functions: functionsOf(statements) as ReadonlyMap<string, ts.FunctionDeclaration[]>,
  /** Statements that declare something other than functions. */
  declaring: statements.filter(
    (each) =>
      ts.isClassDeclaration(each) ||
      ts.isInterfaceDeclaration(each) ||
      ts.isTypeAliasDeclaration(each) ||
      ts.isEnumDeclaration(each) ||
      ts.isModuleDeclaration(each) ||
      ts.isVariableStatement(each),
  ),
  running: statements.filter(
    (each) =>
      !ts.isFunctionDeclaration(each) &&
      !ts.isInterfaceDeclaration(each) &&
      !ts.isTypeAliasDeclaration(each) &&
      !ts.isImportDeclaration(each) &&
      !ts.isExportDeclaration(each),
  ),
}));

export const importDeclarations = oncePerNode((statements: readonly ts.Statement[]) =>
  statements.filter(ts.isImportDeclaration),
);

/** The statements that export something by another name, or from another module. */
export const exportStatements = oncePerNode((statements: readonly ts.Statement[]) =>
  statements.filter(
    (each) =>
      ts.isExportAssignment(each) || ts.isExportDeclaration(each) || hasModifier(each, ts.SyntaxKind.DefaultKeyword),
  ),
);

export const exportedNames = oncePerNode(
  (statements: readonly ts.Statement[]): ReadonlySet<string> => new Set(namesOfExports(statements)),
);

function namesOfExports(statements: readonly ts.Statement[]): string[] {
  return statements.flatMap((each) => {
    if (!hasModifier(each, ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(each)) return each.declarationList.declarations.flatMap(({ name }) => namesIn(name));
    const { name } = each as { name?: ts.Identifier };
    return name === undefined ? [] : [name.text];
  });
}

export function namesIn(pattern: ts.BindingName): string[] {
  if (ts.isIdentifier(pattern)) return [pattern.text];
  return pattern.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((each) => each.kind === kind);
}

export function isStatic(node: ts.Node): boolean {
  return hasModifier(node, ts.SyntaxKind.StaticKeyword);
}

export function isAmbient(node: ts.Node): boolean {
  return hasModifier(node, ts.SyntaxKind.DeclareKeyword);
}

/** Whether a method needs no body, because its whole class has no code. */
export function isAmbientMember(member: ts.MethodDeclaration, owner: ts.ClassLikeDeclaration): boolean {
  return (
    !hasModifier(member, ts.SyntaxKind.AbstractKeyword) && (isAmbient(owner) || owner.getSourceFile().isDeclarationFile)
  );
}

export function isFunctionLike(node: ts.Node): boolean {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node);
}

export function returnsValue(body: ts.Node): boolean {
  let found = false;
  const look = (node: ts.Node): void => {
    if (found || ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found = true;
    else ts.forEachChild(node, look);
  };
  ts.forEachChild(body, look);
  return found;
}

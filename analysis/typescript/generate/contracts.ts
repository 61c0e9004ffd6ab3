import { ts } from "@ts-morph/common";
import type { Documented } from "../../flow/annotations.js";
import { annotationsOn, together } from "../documentation.js";
import type { Scope } from "../scope.js";
import { nameOf } from "./syntax.js";

const deepest = 10;

/** The annotations that types have on their members. They apply to what implements the types. */
export function contractsOf(types: readonly ts.Node[], scope: Scope): (name: string) => Documented {
  return (name) => {
    const found: Documented[] = [];
    const look = (type: ts.Node, from: Scope, depth: number): void => {
      if (depth > deepest) return;
      if (ts.isTypeLiteralNode(type) || ts.isInterfaceDeclaration(type)) {
        for (const member of type.members)
          if (member.name !== undefined && nameOf(member.name) === name) found.push(annotationsOn(member));
      }
      if (ts.isInterfaceDeclaration(type))
        for (const clause of type.heritageClauses ?? []) for (const base of clause.types) look(base, from, depth + 1);
      if (ts.isTypeAliasDeclaration(type)) look(type.type, from, depth + 1);
      if (ts.isIntersectionTypeNode(type)) for (const each of type.types) look(each, from, depth + 1);
      const named = ts.isExpressionWithTypeArguments(type)
        ? type.expression
        : ts.isTypeReferenceNode(type)
          ? type.typeName
          : type;
      if (ts.isIdentifier(named))
        for (const declared of from.types(named.text)) look(declared.node, declared.scope, depth + 1);
    };
    for (const type of types) look(type, scope, 0);
    return together(found);
  };
}

/** The types that a class implements. */
export function implementedBy(node: ts.ClassLikeDeclaration): ts.Node[] {
  const clauses = (node.heritageClauses ?? []).filter(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
  return clauses.flatMap(({ types }) => [...types]);
}

/** The types that the code around an object declares for it: `const shop: Shop = { … }`, `{ … } satisfies Shop`. */
export function declaredFor(node: ts.Expression): ts.Node[] {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return declaredFor(parent);
  if (ts.isSatisfiesExpression(parent) || ts.isAsExpression(parent)) return [parent.type, ...declaredFor(parent)];
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) && parent.type !== undefined)
    return [parent.type];
  const owner = ts.isReturnStatement(parent) ? ts.findAncestor(parent, ts.isFunctionLike) : parent;
  const type = owner !== undefined && ts.isFunctionLike(owner) ? owner.type : undefined;
  if (type === undefined) return [];
  const isPromise = ts.isTypeReferenceNode(type) && type.typeName.getText() === "Promise";
  return isPromise ? [...(type.typeArguments ?? [])] : [type];
}

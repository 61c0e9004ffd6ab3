import { ts } from "@ts-morph/common";
import { oncePerNode } from "../once-per-node.js";
import { Scope } from "../scope.js";

/** The type parameter of this name around a node. */
export function typeParameter(node: ts.Node, name: string): ts.TypeParameterDeclaration | undefined {
  for (let each: ts.Node | undefined = node; each !== undefined; each = each.parent) {
    const found = (each as { typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration> }).typeParameters?.find(
      (parameter) => parameter.name.text === name,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A class, with the names of the classes and interfaces that it extends or implements. */
interface ClassWithParents {
  each: ts.ClassDeclaration;
  parents: readonly string[];
}

/** The classes of a file that extend or implement something. */
export const classesWithParents = oncePerNode((source: ts.SourceFile): readonly ClassWithParents[] =>
  source.statements.filter(ts.isClassDeclaration).flatMap((each) => {
    const types = (each.heritageClauses ?? []).flatMap((clause) => [...clause.types]);
    const parents = types.flatMap(({ expression }) => (ts.isIdentifier(expression) ? [expression.text] : []));
    return parents.length === 0 ? [] : [{ each, parents }];
  }),
);

export function declareTypes(statements: readonly ts.Statement[], scope: Scope): void {
  for (const each of statements) {
    const isType =
      ts.isInterfaceDeclaration(each) ||
      ts.isTypeAliasDeclaration(each) ||
      ts.isClassDeclaration(each) ||
      ts.isEnumDeclaration(each);
    if (isType && each.name !== undefined && scope.ownTypes(each.name.text).length === 0)
      scope.declareType(each.name.text, { node: each, scope });
  }
}

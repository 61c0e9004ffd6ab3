import { ts } from "ts-morph";
import { Scope } from "../scope.js";
export function typeParameter(node: ts.Node, name: string): ts.TypeParameterDeclaration | undefined {
  for (let each: ts.Node | undefined = node; each !== undefined; each = each.parent) {
    const found = (each as { typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration> }).typeParameters?.find(
      (parameter) => parameter.name.text === name,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

export function classesIn(source: ts.SourceFile): ts.ClassLikeDeclaration[] {
  return source.statements.filter((each) => ts.isClassDeclaration(each));
}

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

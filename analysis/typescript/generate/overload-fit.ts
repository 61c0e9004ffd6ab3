import { ts } from "@ts-morph/common";
import { type Cell, FunctionValue, ObjectValue, type Value } from "../../flow/values.js";
import { Scope } from "../scope.js";
/** Whether an argument can have the type of a parameter. */
export function canHaveType(cell: Cell | undefined, type: ts.TypeNode, scope: Scope, depth = 0): boolean {
  if (cell === undefined || cell.isEmpty || depth > 10) return true;
  return cell.values.some((value) => valueMayBe(value, type, scope, depth));
}

export function valueMayBe(value: Value, type: ts.TypeNode, scope: Scope, depth: number): boolean {
  if (depth > 10) return true;
  if (ts.isUnionTypeNode(type)) return type.types.some((each) => valueMayBe(value, each, scope, depth + 1));
  if (ts.isParenthesizedTypeNode(type)) return valueMayBe(value, type.type, scope, depth + 1);
  if (ts.isLiteralTypeNode(type)) {
    const { literal } = type;
    if (ts.isStringLiteralLike(literal) || ts.isNumericLiteral(literal))
      return value.kind === "text" ? value.text === literal.text : value.kind === "external";
    return value.kind === "external";
  }
  if (type.kind === ts.SyntaxKind.StringKeyword)
    return value.kind === "text" ? !/^\d+$/.test(value.text) : value.kind === "external";
  if (type.kind === ts.SyntaxKind.NumberKeyword)
    return value.kind === "text" ? /^[\d.]+$/.test(value.text) : value.kind === "external";
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return value.kind === "external";
  if (ts.isFunctionTypeNode(type))
    return value instanceof FunctionValue || value.kind === "external" || value.kind === "builtin";
  if (ts.isArrayTypeNode(type)) return value.kind === "external" || (value instanceof ObjectValue && value.isArray);
  if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
    const declared = scope.types(type.typeName.text);
    const alias = declared.find(({ node }) => ts.isTypeAliasDeclaration(node));
    if (alias !== undefined)
      return valueMayBe(value, (alias.node as ts.TypeAliasDeclaration).type, alias.scope, depth + 1);
    return declared.length === 0 || value.kind !== "text";
  }
  return true;
}

import { annotationsOn } from "../documentation.js";
import { ts } from "@ts-morph/common";
import { ObjectValue, type Value } from "../../flow/values.js";
import { nameOf } from "../generate/syntax.js";
import { siteOf } from "../places.js";
import { Scope, type TypeInScope } from "../scope.js";
import { Part } from "./part.js";
import { typeParameter } from "./type-syntax.js";

/** Values that are known only by their declared types. */
export class DeclaredTypes extends Part {
  /** Adds values from declared types to variables whose values no code supplies. @returns whether this added anything */
  applyTypes(): boolean {
    let hasNews = false;
    for (const { cell, type } of this.state.typed) {
      if (!cell.values.every((value) => value.kind === "external" || this.program.typedObjects.has(value))) continue;
      for (const value of this.valuesOf(type, 0)) {
        if (cell.add(value)) hasNews = true;
      }
    }
    return hasNews;
  }

  /** Adds the objects that containers give for classes. @returns whether this added anything */
  applyLookups(): boolean {
    let hasNews = false;
    for (const { result, of } of this.state.containers.lookups)
      for (const value of this.parts.typeInstances.objectsOf(of)) if (result.add(value)) hasNews = true;
    return hasNews;
  }

  valuesOf({ node, scope }: TypeInScope, depth: number): Value[] {
    if (depth > 12) return [];
    const of = (inner: ts.Node, from = scope) => this.valuesOf({ node: inner, scope: from }, depth + 1);
    if (ts.isParenthesizedTypeNode(node)) return of(node.type);
    if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) return node.types.flatMap((each) => of(each));
    if (ts.isLiteralTypeNode(node))
      return ts.isStringLiteralLike(node.literal) || ts.isNumericLiteral(node.literal)
        ? [{ kind: "text", text: node.literal.text }]
        : [];
    if (ts.isImportTypeNode(node)) {
      const { argument, qualifier } = node;
      const specifier = ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal) && argument.literal.text;
      if (!specifier || qualifier === undefined || !ts.isIdentifier(qualifier)) return [];
      const { fileName } = node.getSourceFile();
      const types = this.parts.exports.typesOf(specifier, fileName, qualifier.text);
      return types.flatMap((each) => this.valuesOf(each, depth + 1));
    }
    if (ts.isArrayTypeNode(node)) return [this.parts.typeInstances.listOf(node, () => of(node.elementType))];
    if (ts.isTupleTypeNode(node))
      return [this.parts.typeInstances.listOf(node, () => node.elements.flatMap((each) => of(each)))];
    if (
      ts.isNamedTupleMember(node) ||
      ts.isOptionalTypeNode(node) ||
      ts.isRestTypeNode(node) ||
      ts.isTypeOperatorNode(node)
    )
      return of(node.type);
    if (ts.isTypeLiteralNode(node))
      return this.parts.typeInstances.instance(node, () => [this.shape(node.members, scope, depth)]);
    if (ts.isFunctionTypeNode(node)) return [];
    if (ts.isTypeParameterDeclaration(node)) return node.constraint === undefined ? [] : of(node.constraint);
    if (ts.isTypeQueryNode(node) && ts.isIdentifier(node.exprName))
      return [...(scope.find(node.exprName.text)?.values ?? [])];
    if (ts.isTypeAliasDeclaration(node)) return of(node.type);
    if (ts.isClassLike(node)) return this.parts.typeInstances.classInstance(node, scope);
    if (ts.isInterfaceDeclaration(node)) return this.parts.typeInstances.interfaceInstances(node, scope, depth);
    if (ts.isEnumDeclaration(node))
      return [...(scope.find(node.name.text)?.values ?? [])].flatMap((each) =>
        each instanceof ObjectValue ? [...each.props.values()].flatMap((cell) => [...cell.values]) : [],
      );
    if (ts.isTypeReferenceNode(node)) {
      const name = ts.isIdentifier(node.typeName) ? node.typeName.text : node.typeName.right.text;
      const declared = ts.isIdentifier(node.typeName) ? scope.types(name) : [];
      if (declared.length > 0) return declared.flatMap((each) => this.valuesOf(each, depth + 1));
      const parameter = typeParameter(node, name);
      if (parameter?.constraint !== undefined) return of(parameter.constraint);
      const [first, second] = node.typeArguments ?? [];
      if (first === undefined) return [];
      if (
        [
          "Promise",
          "Readonly",
          "Partial",
          "Required",
          "NonNullable",
          "Awaited",
          "Pick",
          "Omit",
          "PromiseLike",
        ].includes(name)
      )
        return of(first);
      if (
        [
          "Array",
          "ReadonlyArray",
          "Set",
          "ReadonlySet",
          "Iterable",
          "AsyncIterable",
          "Iterator",
          "Generator",
          "AsyncGenerator",
          "IterableIterator",
        ].includes(name)
      )
        return [this.parts.typeInstances.listOf(node, () => of(first))];
      if (["Map", "ReadonlyMap", "Record", "WeakMap"].includes(name) && second !== undefined)
        return [this.parts.typeInstances.listOf(node, () => of(second))];
    }
    return [];
  }

  /** An object with the members that a type declares. */
  shape(members: readonly ts.TypeElement[], scope: Scope, depth: number): Value {
    const made = this.program.object();
    const { functions } = this.state.generator;
    for (const member of members) {
      const name = member.name === undefined ? undefined : nameOf(member.name);
      if (name === undefined) continue;
      const documented = annotationsOn(member);
      const isMethod =
        ts.isMethodSignature(member) ||
        (ts.isPropertySignature(member) && member.type !== undefined && ts.isFunctionTypeNode(member.type));
      if (!isMethod && documented.requires.length > 0)
        made.annotated.set(name, { ...siteOf(member), name, ...documented });
      if (ts.isMethodSignature(member))
        made.prop(name).add(functions.func(member as unknown as ts.MethodDeclaration, scope, name));
      else if (ts.isPropertySignature(member) && member.type !== undefined) {
        if (ts.isFunctionTypeNode(member.type))
          made.prop(name).add(functions.func(member.type as unknown as ts.MethodDeclaration, scope, name));
        else for (const value of this.valuesOf({ node: member.type, scope }, depth + 1)) made.prop(name).add(value);
      }
    }
    if (made.props.size === 0 && made.annotated.size === 0) made.protos.add(this.program.external("declared"));
    return made;
  }
}

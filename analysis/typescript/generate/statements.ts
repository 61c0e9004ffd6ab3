import { ts } from "@ts-morph/common";
import { type Cell, ObjectValue } from "../../flow/values.js";
import { Scope } from "../scope.js";
import { Part } from "./part.js";
import { isAnnotated } from "../../flow/annotations.js";
import { annotationsOn } from "../documentation.js";
import { siteOf } from "../places.js";
import { isAmbient, isFunctionLike, skipOuter, statementsOf } from "./syntax.js";

/** Statements and the names that they declare. */
export class Statements extends Part {
  /** All values that the code throws. Any `catch` can receive them. */
  readonly #thrown = this.program.cell();

  /** Declares all names of a list of statements, then runs the statements. */
  statements(list: readonly ts.Statement[], scope: Scope): void {
    this.hoist(list, scope);
    for (const each of statementsOf(list).running) {
      this.statement(each, scope);
      // The statements after it never run.
      if (ts.isReturnStatement(each) || ts.isThrowStatement(each)) return;
    }
  }

  hoist(list: readonly ts.Statement[], scope: Scope): void {
    const { declaring, functions } = statementsOf(list);
    for (const each of declaring) {
      const name = (each as { name?: ts.Node }).name;
      if (ts.isClassDeclaration(each)) {
        const own = each.name?.text ?? "default";
        scope.declare(own, this.program.cell());
        scope.declareType(own, { node: each, scope });
      } else if (ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each)) {
        scope.declareType(each.name.text, { node: each, scope });
      } else if (ts.isEnumDeclaration(each) || (ts.isModuleDeclaration(each) && name !== undefined)) {
        const own = (name as ts.Identifier).text;
        if (scope.own(own) === undefined) scope.declare(own, this.program.cell());
        if (ts.isEnumDeclaration(each)) scope.declareType(own, { node: each, scope });
      } else if (ts.isVariableStatement(each)) {
        for (const declaration of each.declarationList.declarations) {
          this.declarePattern(declaration.name, scope);
          this.annotateVariable(declaration, scope);
        }
      }
    }
    const declare = (name: string) => this.declareFunction(name, functions.get(name)!, scope);
    if (scope.parent === undefined && functions.size > 0) scope.declareLater(functions, declare);
    else for (const name of functions.keys()) declare(name);
  }

  declareFunction(name: string, declarations: readonly ts.FunctionDeclaration[], scope: Scope): void {
    const cell = scope.declared(name) ?? this.program.cell();
    scope.declare(name, cell);
    const real = declarations.find(({ body }) => body !== undefined) ?? declarations[0]!;
    const value = this.parts.functions.func(real, scope, name);
    value.overloads =
      declarations.length > 1
        ? this.parts.functions.overloads(
            declarations.filter((each) => each !== real),
            scope,
            name,
          )
        : [];
    cell.add(value);
  }

  declarePattern(pattern: ts.BindingName, scope: Scope): void {
    if (ts.isIdentifier(pattern)) {
      if (scope.own(pattern.text) === undefined) scope.declare(pattern.text, this.program.cell());
    } else
      for (const element of pattern.elements)
        if (!ts.isOmittedExpression(element)) this.declarePattern(element.name, scope);
  }

  /** Annotates a variable. If it holds a function, the annotations count when the function is called, not here. */
  annotateVariable(declaration: ts.VariableDeclaration, scope: Scope): void {
    const { name, initializer } = declaration;
    if (!ts.isIdentifier(name) || (initializer !== undefined && isFunctionLike(skipOuter(initializer)))) return;
    const documented = annotationsOn(declaration);
    if (isAnnotated(documented)) scope.annotate(name.text, { ...siteOf(name), name: name.text, ...documented });
  }

  statement(node: ts.Statement, scope: Scope): void {
    if (ts.isVariableStatement(node)) this.parts.declarations.variables(node.declarationList, scope);
    else if (ts.isExpressionStatement(node)) this.parts.expressions.expression(node.expression, scope);
    else if (ts.isClassDeclaration(node)) {
      const cell = scope.own(node.name?.text ?? "default")!;
      if (!isAmbient(node)) this.parts.classes.classInto(node, scope, node.name?.text ?? "default", cell);
      else cell.add(this.parts.classes.declaredClass(node, scope));
    } else if (ts.isReturnStatement(node)) {
      if (node.expression !== undefined)
        this.parts.expressions.expression(node.expression, scope).flowTo(scope.frame!.result);
    } else if (ts.isBlock(node)) this.statements(node.statements, new Scope(scope));
    else if (ts.isIfStatement(node)) {
      this.parts.expressions.expression(node.expression, scope);
      this.statement(node.thenStatement, new Scope(scope));
      if (node.elseStatement !== undefined) this.statement(node.elseStatement, new Scope(scope));
    } else if (ts.isForOfStatement(node)) {
      const inner = new Scope(scope);
      const all = this.parts.expressions.expression(node.expression, scope);
      this.parts.declarations.bindLoop(
        node.initializer,
        this.parts.declarations.iterated(all, scope, node.expression),
        inner,
      );
      this.statement(node.statement, inner);
    } else if (ts.isForInStatement(node)) {
      const inner = new Scope(scope);
      const keys = this.program.cell();
      this.parts.expressions.expression(node.expression, scope).each((value) => {
        if (value instanceof ObjectValue) value.eachName((name) => keys.add({ kind: "text", text: name }));
      });
      this.parts.declarations.bindLoop(node.initializer, keys, inner);
      this.statement(node.statement, inner);
    } else if (ts.isForStatement(node)) {
      const inner = new Scope(scope);
      if (node.initializer !== undefined && ts.isVariableDeclarationList(node.initializer)) {
        for (const { name } of node.initializer.declarations) this.declarePattern(name, inner);
        this.parts.declarations.variables(node.initializer, inner);
      } else if (node.initializer !== undefined) this.parts.expressions.expression(node.initializer, inner);
      if (node.condition !== undefined) this.parts.expressions.expression(node.condition, inner);
      if (node.incrementor !== undefined) this.parts.expressions.expression(node.incrementor, inner);
      this.statement(node.statement, inner);
    } else if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
      this.parts.expressions.expression(node.expression, scope);
      this.statement(node.statement, new Scope(scope));
    } else if (ts.isSwitchStatement(node)) {
      this.parts.expressions.expression(node.expression, scope);
      const inner = new Scope(scope);
      const clauses = node.caseBlock.clauses;
      this.hoist(
        clauses.flatMap(({ statements }) => [...statements]),
        inner,
      );
      for (const clause of clauses) {
        if (ts.isCaseClause(clause)) this.parts.expressions.expression(clause.expression, inner);
        for (const each of clause.statements) this.statement(each, inner);
      }
    } else if (ts.isTryStatement(node)) {
      this.statement(node.tryBlock, scope);
      if (node.catchClause !== undefined) {
        const inner = new Scope(scope);
        const { variableDeclaration, block } = node.catchClause;
        if (variableDeclaration !== undefined) {
          this.declarePattern(variableDeclaration.name, inner);
          const caught = this.program.cell(this.program.external("error"));
          this.#thrown.flowTo(caught);
          this.parts.patterns.bind(variableDeclaration.name, caught, inner);
        }
        this.statement(block, inner);
      }
      if (node.finallyBlock !== undefined) this.statement(node.finallyBlock, scope);
    } else if (ts.isThrowStatement(node))
      this.parts.expressions.expression(node.expression, scope).flowTo(this.#thrown);
    else if (ts.isLabeledStatement(node)) this.statement(node.statement, scope);
    else if (ts.isEnumDeclaration(node)) this.parts.declarations.enum(node, scope);
    else if (ts.isModuleDeclaration(node)) this.parts.declarations.namespace(node, scope);
    else if (ts.isExportAssignment(node)) {
      const value = this.parts.expressions.expression(node.expression, scope);
      if (node.isExportEquals === true) value.flowTo(this.context.exportsOf(node));
      else value.flowTo(scope.own("default") ?? this.declared("default", scope));
    } else if (ts.isImportEqualsDeclaration(node)) {
      const cell = scope.own(node.name.text) ?? this.declared(node.name.text, scope);
      const { moduleReference } = node;
      if (ts.isExternalModuleReference(moduleReference) && ts.isStringLiteralLike(moduleReference.expression))
        this.context.load(moduleReference.expression.text, node, scope.frame!.declaration, siteOf(node)).flowTo(cell);
      else if (!ts.isExternalModuleReference(moduleReference)) this.entityName(moduleReference, scope).flowTo(cell);
    }
  }

  declared(name: string, scope: Scope): Cell {
    const cell = this.program.cell();
    scope.declare(name, cell);
    return cell;
  }

  entityName(name: ts.EntityName, scope: Scope): Cell {
    if (ts.isIdentifier(name)) return this.parts.names.name(name.text, name, scope);
    return this.parts.names.property(this.entityName(name.left, scope), name.right.text, name, scope);
  }
}

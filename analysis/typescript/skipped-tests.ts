import { ts } from "@ts-morph/common";
import type { TestSelection } from "../selection.js";
import { oncePerNode } from "./once-per-node.js";

const tests = new Set(["test", "it", "specify"]);
const suites = new Set(["describe", "suite", "context"]);
const hooks = new Set(["before", "after", "beforeEach", "afterEach", "beforeAll", "afterAll"]);

/** The function of a test runner that a call uses: `test` in `t.test`, `describe` in `describe.only`; undefined if none. */
function runnerName(node: ts.CallExpression): string | undefined {
  let { expression } = node;
  // `test.each(…)("name", …)`
  if (ts.isCallExpression(expression)) expression = expression.expression;
  if (ts.isTaggedTemplateExpression(expression)) expression = expression.tag;
  const names: string[] = [];
  while (ts.isPropertyAccessExpression(expression)) {
    names.push(expression.name.text);
    expression = expression.expression;
  }
  if (ts.isIdentifier(expression)) names.push(expression.text);
  return names.reverse().find((name) => tests.has(name) || suites.has(name) || hooks.has(name));
}

/** Whether a call is skipped entirely: `test.skip(…)`, `xit(…)`, `test("…", { skip: true }, …)`. */
export const isSwitchedOff = oncePerNode(saysSwitchedOff);

function saysSwitchedOff(node: ts.CallExpression): boolean {
  const { expression } = node;
  const callee = ts.isCallExpression(expression) ? expression.expression : expression;
  if (ts.isIdentifier(callee) && /^x(?:it|test|describe|context|specify)$/.test(callee.text)) return true;
  if (runnerName(node) === undefined) return false;
  const isNamed = ts.isPropertyAccessExpression(callee) && /^(?:skip|fixme)$/.test(callee.name.text);
  const hasTitle = titleOf(node) !== undefined || ts.isCallExpression(expression);
  return (isNamed && hasTitle) || node.arguments.some(saysSkip);
}

const onlyCall = /\b(?:test|it|describe|suite|context|specify)(?:\.\w+)*\.only\b|\bf(?:it|describe)\s*\(/;

/** Whether a file says that only some of its tests run. Node's runner needs an option for that, so it does not count. */
export const hasOnly = oncePerNode(saysOnly);

function saysOnly(source: ts.SourceFile): boolean {
  // The text can also stand in a comment, and `model.fit(…)` is no test.
  if (/["']node:test["']/.test(source.text) || !onlyCall.test(source.text)) return false;
  const isTest = (call: ts.CallExpression) => runnerName(call) !== undefined || ts.isIdentifier(call.expression);
  const look = (each: ts.Node): boolean =>
    (ts.isCallExpression(each) && isTest(each) && isFocused(each)) || ts.forEachChild(each, look) === true;
  return look(source);
}

/** Whether a call registers a test or suite that does not run, because the file focuses on other ones. */
export function isLeftOut(node: ts.CallExpression): boolean {
  if (!registers(node) && !isFocused(node)) return false;
  for (let each: ts.Node | undefined = node; each !== undefined; each = each.parent as ts.Node | undefined)
    if (ts.isCallExpression(each) && isFocused(each)) return false;
  // A suite that contains a focused test runs.
  const look = (each: ts.Node): boolean =>
    (ts.isCallExpression(each) && isFocused(each)) || ts.forEachChild(each, look) === true;
  return ts.forEachChild(node, look) !== true;
}

function isFocused({ expression }: ts.CallExpression): boolean {
  const callee = ts.isCallExpression(expression) ? expression.expression : expression;
  if (ts.isIdentifier(callee)) return /^f(?:it|describe)$/.test(callee.text);
  for (let each: ts.Expression = callee; ts.isPropertyAccessExpression(each); each = each.expression)
    if (each.name.text === "only") return true;
  return false;
}

/** `{ skip: true }`, or with a reason. */
function saysSkip(node: ts.Expression): boolean {
  if (!ts.isObjectLiteralExpression(node)) return false;
  return node.properties.some(
    (each) =>
      ts.isPropertyAssignment(each) &&
      ts.isIdentifier(each.name) &&
      each.name.text === "skip" &&
      (each.initializer.kind === ts.SyntaxKind.TrueKeyword ||
        (ts.isStringLiteralLike(each.initializer) && each.initializer.text !== "")),
  );
}

/**
 * Whether the callback of a test runner's call runs if only some tests are selected. Selected tests run, and suites that
 * contain one, and the hooks of these suites.
 */
export function runsUnder(selection: TestSelection, node: ts.CallExpression): boolean {
  const kind = runnerName(node);
  if (kind === undefined) return true;
  const around = titlesAround(node);
  if (hooks.has(kind)) {
    const scope = enclosingSuite(node);
    return (
      scope === undefined || around === undefined || around.some(selection.matches) || hasSelected(scope, selection)
    );
  }
  const title = titleOf(node);
  if (title === undefined || around === undefined) return true;
  return selection.isSelected([...around, title]) || hasSelected(node, selection);
}

/** Whether a selected test is registered somewhere within a call. A function of the source may register any test. */
function hasSelected(node: ts.Node, selection: TestSelection): boolean {
  const look = (each: ts.Node, isInSuite: boolean): boolean => {
    const kind = ts.isCallExpression(each) ? runnerName(each) : undefined;
    if (registers(each)) {
      const title = titleOf(each);
      const around = titlesAround(each);
      if (title === undefined || around === undefined || selection.isSelected([...around, title])) return true;
    } else if (isInSuite && kind === undefined && ts.isCallExpression(each) && ts.isIdentifier(each.expression))
      return true;
    const isStillIn = kind === undefined ? isInSuite : suites.has(kind);
    return ts.forEachChild(each, (child) => look(child, isStillIn)) === true;
  };
  const isSuite = ts.isCallExpression(node) && suites.has(runnerName(node) ?? "");
  return ts.forEachChild(node, (child) => look(child, isSuite)) === true;
}

/** The title of a test or suite; undefined if it is not known, as with the placeholders of `test.each`. */
function titleOf(node: ts.CallExpression): string | undefined {
  const [first] = node.arguments;
  if (first === undefined || !ts.isStringLiteralLike(first)) return undefined;
  const isOfRows = ts.isCallExpression(node.expression) || ts.isTaggedTemplateExpression(node.expression);
  return isOfRows && /[%$]/.test(first.text) ? undefined : first.text;
}

/** Whether a call registers a test or a suite. */
function registers(node: ts.Node): node is ts.CallExpression {
  const kind = ts.isCallExpression(node) ? runnerName(node) : undefined;
  return kind !== undefined && !hooks.has(kind);
}

function enclosingSuite(node: ts.Node): ts.CallExpression | undefined {
  for (let each = node.parent as ts.Node | undefined; each !== undefined; each = each.parent)
    if (registers(each)) return each;
  return undefined;
}

/** Whether a node is in a function that any suite may call, such as one for behavior that several suites share. */
function isInFunction(node: ts.Node): boolean {
  for (let each = node.parent as ts.Node | undefined; each !== undefined; each = each.parent) {
    if (!ts.isFunctionLike(each)) continue;
    const { parent } = each;
    const isLoop = ts.isCallExpression(parent) && parent.expression.getText().endsWith(".forEach");
    if (!isLoop && !registers(parent)) return true;
  }
  return false;
}

/** The titles of the suites around a node, the outermost first; undefined if one is not known. */
function titlesAround(node: ts.Node): string[] | undefined {
  if (isInFunction(node)) return undefined;
  const titles: string[] = [];
  for (let each = enclosingSuite(node); each !== undefined; each = enclosingSuite(each)) {
    const title = titleOf(each);
    if (title === undefined) return undefined;
    titles.unshift(title);
  }
  return titles;
}

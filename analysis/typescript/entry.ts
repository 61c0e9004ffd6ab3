import { ts } from "ts-morph";
import type { TestSelection } from "../selection.js";

const tests = new Set(["test", "it", "specify"]);
const suites = new Set(["describe", "suite", "context"]);
const hooks = new Set(["before", "after", "beforeEach", "afterEach", "beforeAll", "afterAll"]);

/** How a function of a test runner is called in the code: `test`, `describe.only`, `t.test`. */
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

/**
 * Whether the callback of a call of a test runner runs, if only some tests are selected: selected tests run, suites with a
 * selected test in them, and the hooks of these.
 */
export function runsUnder(selection: TestSelection, node: ts.CallExpression): boolean {
  const kind = runnerName(node);
  if (kind === undefined) return true;
  const around = titlesAround(node);
  if (hooks.has(kind)) {
    const scope = enclosingSuite(node);
    return (
      scope === undefined || around.some((title) => selection.matches([title], around)) || hasSelected(scope, selection)
    );
  }
  const title = titleOf(node);
  if (title === undefined) return true;
  const path = [...around, title];
  if (selection.isSelected(path)) return true;
  return hasSelected(node, selection);
}

function hasSelected(node: ts.Node, selection: TestSelection): boolean {
  let found = false;
  const look = (each: ts.Node): void => {
    if (found) return;
    if (ts.isCallExpression(each) && each !== node) {
      const kind = runnerName(each);
      if (kind !== undefined && !hooks.has(kind)) {
        const title = titleOf(each);
        if (title === undefined || selection.isSelected([...titlesAround(each), title])) {
          found = true;
          return;
        }
      }
    }
    ts.forEachChild(each, look);
  };
  ts.forEachChild(node, look);
  return found;
}

function titleOf(node: ts.CallExpression): string | undefined {
  const [first] = node.arguments;
  if (first !== undefined && ts.isStringLiteralLike(first)) return first.text;
  return undefined;
}

function enclosingSuite(node: ts.Node): ts.CallExpression | undefined {
  for (let each = node.parent as ts.Node | undefined; each !== undefined; each = each.parent) {
    if (!ts.isCallExpression(each)) continue;
    const kind = runnerName(each);
    if (kind !== undefined && !hooks.has(kind)) return each;
  }
  return undefined;
}

function titlesAround(node: ts.Node): string[] {
  const titles: string[] = [];
  for (let each = enclosingSuite(node); each !== undefined; each = enclosingSuite(each)) {
    const title = titleOf(each);
    if (title !== undefined) titles.unshift(title);
  }
  return titles;
}

import type { Declaration } from "../flow/declaration.js";
import type { ExternalCall } from "../flow/call-records.js";
import type { Program } from "../flow/program.js";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";

const runner =
  /(?:^|\.)(?:describe|context|suite|it|specify|test|before|after|beforeEach|afterEach|beforeAll|afterAll|setup|teardown|suiteSetup|suiteTeardown|Given|When|Then|Before|After)(?:\.(?:only|serial|concurrent|sequential|failing|skip|always))*$/;
const avaLike = /^(?:ava|tape|tap|uvu|node:test|test)(?:\.default)?(?:\.\w+)*$/;
const hook = /(?:^|\.)(?:before|after|beforeEach|afterEach|beforeAll|afterAll|setup|teardown)$/;
const looksOnly =
  /^(?:console\.\w+|typeof|(?:node:)?assert(?:\/strict)?(?:\.default)?(?:\.(?:ok|equal|notEqual|strictEqual|deepEqual|deepStrictEqual|notStrictEqual|notDeepEqual|notDeepStrictEqual|match|strict))?|(?:node:)?util\.(?:default\.)?(?:inspect|format|isDeepStrictEqual)|(?:.*\.)?expect|(?:.*\.)?(?:jest|vi)\.(?:spyOn|mocked)|(?:.*\.)?sinon\.(?:default\.)?(?:stub|spy|replace)|(?:.*\.)?mock\.(?:method|getter|setter))$/;
const makingMock =
  /(?:^|\.)(?:jest|vi|mock)\.fn$|(?:^|\.)sinon\.(?:default\.)?fake$|\.fn\(\)\.mockImplementation(?:Once)?$|\.stub\(\)\.callsFake$/;
const returningMock = /\.fn\(\)\.mock(?:Return|Resolved)Value(?:Once)?$|\.stub\(\)\.(?:returns|resolves)$/;
const merging = /(?:^|\.)mergeTests$/;
const extending = /(?:^|\.)(?:test|it)\.extend$/;

/**
 * The context that test runners pass to hooks and tests: mocha's `this`, the context of vitest and ava, the fixtures of
 * `test.extend`. All hooks and tests share one context, so a test finds what a hook stores in it.
 */
export class RunnerContext {
  readonly #program: Program;
  readonly #root: Declaration;
  readonly #shared: ObjectValue;

  constructor(program: Program, root: Declaration) {
    this.#program = program;
    this.#root = root;
    program.neverCallsArguments = looksOnly;
    this.#shared = program.object();
    program.typedObjects.add(this.#shared);
    // ava: `t.context.client`
    this.#shared.prop("context").add(program.object());
  }

  /** What a function of a runner passes to its callbacks, as `this` and first argument; undefined for other functions. */
  of(path: string): Cell | undefined {
    return runner.test(path) || avaLike.test(path)
      ? this.#program.cell(this.#program.external("argument"), this.#shared)
      : undefined;
  }

  /** Whether the runner also calls a function that a callback returns, such as the cleanup of a hook. */
  callsResult(path: string): boolean {
    return hook.test(path);
  }

  /** The arguments of `expect`, by place, because `expect(callback).toThrow()` calls them. */
  readonly #expected = new Map<string, readonly Cell[]>();

  /** Keeps the arguments of `expect`, and calls them for `toThrow`. */
  expect({ path, args, from, at }: ExternalCall): void {
    const place = `${at.file}:${at.line}`;
    if (/(?:^|\.)expect$/.test(path)) this.#expected.set(place, args);
    else if (
      /expect\(\)[\w.]*\.(?:toThrow\w*|throws?|to\.throw|rejected\w*)$|expect\(\)\.(?:rejects|resolves)\b/.test(path)
    )
      for (const arg of this.#expected.get(place) ?? []) this.#program.passToUnknownCode(arg, from, at);
  }

  /** Handles mocks: `jest.fn(call)` calls `call`, and `jest.fn().mockReturnValue(made)` returns `made`. */
  mock(path: string, [given]: readonly Cell[], result: Cell): void {
    if (given === undefined) return;
    if (makingMock.test(path)) given.each((value) => value instanceof FunctionValue && result.add(value));
    else if (returningMock.test(path)) result.add(this.#program.builtin("mock", (_args, into) => given.flowTo(into)));
  }

  /** Handles `mergeTests(one, two)`: all fixtures are shared already. @returns whether the call is of this kind */
  merge(path: string, result: Cell): boolean {
    if (!merging.test(path)) return false;
    result.add(this.#program.external(path.replace(/\w+$/, "test")));
    return true;
  }

  /** Handles `test.extend({ client: async ({}, use) => … })`. @returns whether the call is of this kind */
  extend(path: string, [fixtures]: readonly Cell[], result: Cell): boolean {
    if (!extending.test(path)) return false;
    fixtures?.each((value) => value instanceof ObjectValue && this.#add(value));
    result.add(this.#program.external(path.replace(/\.extend$/, "")));
    return true;
  }

  #add(fixtures: ObjectValue): void {
    const made = this.#program.object();
    // A fixture runs only if a test or another fixture uses it.
    made.propsLater(new Set(fixtures.props.keys()), (name, into) => this.#run(fixtures.prop(name), into));
    this.#shared.protos.add(made);
    fixtures.eachName((name, cell) =>
      cell.each((value) => {
        if (value instanceof ObjectValue && value.isArray)
          value
            .prop("1")
            .each((options) => options instanceof ObjectValue && options.props.has("auto") && made.prop(name));
      }),
    );
  }

  #run(fixture: Cell, into: Cell): void {
    const program = this.#program;
    fixture.each((value) => {
      if (value instanceof FunctionValue) {
        const use = program.builtin("use", ([given]) => given?.flowTo(into));
        const args = [program.cell(program.external("argument"), this.#shared), program.cell(use)];
        program.callValue(value, { args, result: into }, this.#root, value.declaration, value);
      } else if (value instanceof ObjectValue && value.isArray) this.#run(value.prop("0"), into);
      else into.add(value);
    });
  }
}

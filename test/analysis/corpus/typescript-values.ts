import type { CorpusCase } from "./corpus.js";
import { imports, lib, one } from "./one-test.js";

export const valuesCases: CorpusCase[] = [
  one(
    "handlers of an object of a library",
    `import { connect } from "elsewhere";\n${imports}const socket = connect();\nsocket.onmessage = () => mount();\nsocket.handlers.open = () => query();\n`,
    ["service:db", "service:nfs"],
  ),
  one(
    "an error that is caught elsewhere",
    `${imports}class ApiError extends Error { report(): void { mount(); } }\nfunction fails(): void { throw new ApiError("no"); }\ntry { fails(); } catch (error) { if (error instanceof ApiError) error.report(); }\n`,
    ["service:nfs"],
  ),
  one(
    "texts of lists",
    '/** @requires package:{name} */\nfunction need(name: string) {}\nneed(["lib", "x"].join("-"));\n',
    ["package:lib-x"],
  ),
  one("getters of another module that are copied", "", ["service:nfs"], {
    command: "node a.test.cjs",
    others: {
      "a.test.cjs": 'require("./m.cjs").x();\n',
      "m.cjs": 'Object.assign(module.exports, require("./n.cjs"));\n',
      "n.cjs":
        '/** @requires service:nfs */\nfunction x() {}\nObject.defineProperty(exports, "x", { enumerable: true, get: function () { return x; } });\n',
    },
  }),
  one("callbacks", `${imports}function run(f: () => void) { f(); }\nrun(mount);\n`, ["service:nfs"]),
  one("callbacks of arrays", `${imports}[1, 2].forEach(() => mount());\n`, ["service:nfs"]),
  one(
    "elements that arrays call back with",
    `${imports}class A { go() { mount(); } }\n[new A()].map((a) => a.go());\n`,
    ["service:nfs"],
  ),
  one("functions in objects", `${imports}const table = { a: mount, b: query };\ntable.a();\n`, ["service:nfs"]),
  one("functions in arrays", `${imports}const list = [mount, query];\nlist[0]!();\n`, ["service:nfs"]),
  one("all functions of an array", `${imports}for (const f of [mount, query]) f();\n`, ["service:db", "service:nfs"]),
  one(
    "element access with a literal",
    `${imports}const table = { a: mount, b: query };\nconst key = "b" as const;\ntable[key]();\n`,
    ["service:db"],
  ),
  one(
    "element access with keys of the object",
    `${imports}const table: Record<string, () => void> = { a: mount, b: query };\nfor (const key of Object.keys(table)) table[key]!();\n`,
    ["service:db", "service:nfs"],
  ),
  one("maps", `${imports}const m = new Map<string, () => void>([["a", mount], ["b", query]]);\nm.get("a")!();\n`, [
    "service:nfs",
  ]),
  one(
    "maps that are filled",
    `${imports}const m = new Map<string, () => void>();\nm.set("a", mount);\nm.get("a")?.();\n`,
    ["service:nfs"],
  ),
  one("call, apply and bind", `${imports}mount.call(null);\nconst q = query.bind(null);\nq();\n`, [
    "service:db",
    "service:nfs",
  ]),
  one(
    "bound methods",
    `${imports}class A { #b = 1; go() { mount(); } }\nconst a = new A();\nconst go = a.go.bind(a);\ngo();\n`,
    ["service:nfs"],
  ),
  one(
    "Reflect",
    `${imports}class A { go() { mount(); } }\nReflect.apply(query, null, []);\nconst a = Reflect.construct(A, []);\nReflect.get(a, "go").call(a);\n`,
    ["service:db", "service:nfs"],
  ),
  one("generators", `${imports}function* steps() { mount(); yield query; }\nfor (const step of steps()) step();\n`, [
    "service:db",
    "service:nfs",
  ]),
  one(
    "async generators",
    `${imports}async function* steps() { yield* inner(); }\nasync function* inner() { mount(); yield 1; }\nfor await (const s of steps()) console.log(s);\n`,
    ["service:nfs"],
  ),
  one("iterators", `${imports}class L { *[Symbol.iterator]() { mount(); yield 1; } }\nconsole.log([...new L()]);\n`, [
    "service:nfs",
  ]),
  one(
    "iterators by hand",
    `${imports}class L { [Symbol.iterator]() { return { next: () => { mount(); return { done: true, value: 1 }; } }; } }\nfor (const x of new L()) console.log(x);\n`,
    ["service:nfs"],
  ),
  one("using", `${imports}function open() { return { [Symbol.dispose]() { mount(); } }; }\n{ using a = open(); }\n`, [
    "service:nfs",
  ]),
  one("await using", `${imports}class A { async [Symbol.asyncDispose]() { mount(); } }\nawait using a = new A();\n`, [
    "service:nfs",
  ]),
  one(
    "decorators",
    `${imports}function logged(f: any, context: any) { mount(); return f; }\nclass A { @logged go() { query(); } }\nnew A().go();\n`,
    ["service:db", "service:nfs"],
  ),
  one(
    "decorator factories",
    `${imports}const d = (name: string) => (c: any) => { mount(); };\n@d("x")\nclass A {}\nnew A();\n`,
    ["service:nfs"],
  ),
  one("tagged templates", `${imports}function sql(parts: TemplateStringsArray) { query(); }\nsql\`select\`;\n`, [
    "service:db",
  ]),
  {
    name: "JSX",
    files: {
      "a.test.tsx": `${imports}function App(props: { go: () => void }) { props.go(); return <div/>; }\nconst x = <App go={() => mount()} />;\n`,
      ...lib,
    },
    command: "node a.test.tsx",
    requires: ["service:nfs"],
    notUnderstood: [],
  },
  one("promises", `${imports}const p = new Promise<() => void>((resolve) => resolve(mount));\np.then((f) => f());\n`, [
    "service:nfs",
  ]),
  one("Promise.all", `${imports}await Promise.all([1, 2].map(async () => mount()));\n`, ["service:nfs"]),
  one(
    "what Promise.all gives",
    `${imports}const [f] = await Promise.all([Promise.resolve(mount), Promise.resolve(query)]);\nf();\n`,
    ["service:nfs"],
  ),
];

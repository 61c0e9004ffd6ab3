import type { CorpusCase } from "./corpus.js";
import { imports, one } from "./one-test.js";

export const classesCases: CorpusCase[] = [
  one(
    "names that are symbols",
    `${imports}const open = Symbol("open");\nclass A { [open]() { mount(); } close() { query(); } }\nnew A()[open]();\n`,
    ["service:nfs"],
  ),
  one(
    "super by element, and super's setter",
    `${imports}class A { open() { mount(); } set mode(v: number) { query(); } }\nclass B extends A { open() { super["open"](); super.mode = 1; } set mode(v: number) {} }\nnew B().open();\n`,
    ["service:db", "service:nfs"],
  ),
  one(
    "objects that become numbers and texts",
    `${imports}class A { valueOf() { mount(); return 1; } toJSON() { query(); } }\n+new A() > 1;\nJSON.stringify({ a: new A() });\n`,
    ["service:db", "service:nfs"],
  ),
  one("util.inherits", "", ["service:nfs"], {
    command: "node a.test.cjs",
    others: {
      "a.test.cjs":
        'const util = require("util");\nfunction Base() {}\n/** @requires service:nfs */\nBase.prototype.open = function () {};\nfunction Sub() { Base.call(this); }\nutil.inherits(Sub, Base);\nnew Sub().open();\n',
    },
  }),
  one(
    "methods",
    `${imports}class Store { open() { mount(); } close() { query(); } }\nnew Store().open();\n`,
    ["service:nfs"],
    { chains: { "service:nfs": ["Store.open a.test.ts:3", "mount a.test.ts:2"] } },
  ),
  one("inheritance", `${imports}class A { open() { mount(); } }\nclass B extends A {}\nnew B().open();\n`, [
    "service:nfs",
  ]),
  one(
    "overrides",
    `${imports}class A { open() { mount(); } }\nclass B extends A { override open() { query(); } }\nconst b: A = new B();\nb.open();\n`,
    ["service:db"],
  ),
  one(
    "super",
    `${imports}class A { open() { mount(); } }\nclass B extends A { override open() { super.open(); } }\nnew B().open();\n`,
    ["service:nfs"],
  ),
  one(
    "template methods",
    `${imports}abstract class A { run() { this.step(); } abstract step(): void; }\nclass B extends A { step() { mount(); } }\nclass C extends A { step() { query(); } }\nnew B().run();\n`,
    ["service:nfs"],
  ),
  one("constructors", `${imports}class A { constructor() { mount(); } }\nclass B extends A { }\nnew B();\n`, [
    "service:nfs",
  ]),
  one("fields", `${imports}class A { client = mount(); }\nnew A();\n`, ["service:nfs"]),
  one("arrow fields", `${imports}class A { go = () => mount(); stay = () => query(); }\nnew A().go();\n`, [
    "service:nfs",
  ]),
  one("private members", `${imports}class A { #x() { mount(); } go() { this.#x(); } }\nnew A().go();\n`, [
    "service:nfs",
  ]),
  one("static members", `${imports}class A { static make() { mount(); return new A(); } }\nA.make();\n`, [
    "service:nfs",
  ]),
  one("static blocks", `${imports}class A { static { mount(); } }\nnew A();\n`, ["service:nfs"]),
  one(
    "getters",
    `${imports}class A { get home() { mount(); return 1; } get other() { query(); return 2; } }\nconsole.log(new A().home);\n`,
    ["service:nfs"],
  ),
  one("setters", `${imports}class A { set home(x: number) { mount(); } }\nnew A().home = 2;\n`, ["service:nfs"]),
  one("accessors of objects", `${imports}const o = { get home() { mount(); return 1; } };\nconsole.log(o.home);\n`, [
    "service:nfs",
  ]),
  one(
    "interfaces",
    `${imports}interface Store { open(): void }\nclass Nfs implements Store { open() { mount(); } }\nclass Local implements Store { open() { query(); } }\nfunction use(store: Store) { store.open(); }\nuse(new Nfs());\n`,
    ["service:nfs"],
  ),
  one(
    "an interface's implementations, where the value is not known",
    `${imports}interface Store { open(): void }\nclass Nfs implements Store { open() { mount(); } }\nclass Db implements Store { open() { query(); } }\nfunction use(store: Store) { store.open(); }\nuse(JSON.parse("{}"));\n`,
    ["service:db", "service:nfs"],
  ),
  one(
    "constraints",
    `${imports}interface Store { open(): void }\nclass Nfs implements Store { open() { mount(); } }\nfunction use<T extends Store>(store: T) { store.open(); }\nuse(JSON.parse("{}"));\n`,
    ["service:nfs"],
  ),
  one(
    "annotated interface members",
    "interface Store {\n  /** @requires service:nfs */\n  open(): void;\n}\nclass A implements Store { open() {} }\nnew A().open();\n",
    ["service:nfs"],
  ),
  one(
    "annotated abstract members",
    "abstract class Store {\n  /** @requires service:nfs */\n  abstract open(): void;\n}\nclass A extends Store { open() {} }\nnew A().open();\n",
    ["service:nfs"],
  ),
  one(
    "mixins",
    `${imports}type C = new (...args: any[]) => object;\nconst Mounted = <T extends C>(Base: T) => class extends Base { home() { mount(); } };\nclass A extends Mounted(Object as unknown as C) {}\n(new A() as any).home();\n`,
    ["service:nfs"],
  ),
];

import { type CorpusCase, casesOf } from "./corpus.js";

const shop = `/** Keeps the stock. */
export class Store {
  /** @requires service:nfs */
  load() { return 1; }
}
export class Shop {
  constructor(private readonly store: Store) {}
  sell() { return this.store.load(); }
}
export class Other extends Store {
  /** @requires service:db */
  load() { return 2; }
}
`;
const module = `import { Controller, Get, Module } from "@nestjs/common";
import { Shop, Store } from "./shop";
@Controller("shop")
class ShopController {
  constructor(private readonly shop: Shop) {}
  @Get() sell() { return this.shop.sell(); }
}
@Module({ controllers: [ShopController], providers: [Shop, Store] })
export class ShopModule {}
`;
const inContainer = casesOf(
  "a container: ",
  "a.test.ts",
  { "shop.ts": shop, "shop-module.ts": module },
  "npx jest a.test.ts",
);
const nest = 'import { Test } from "@nestjs/testing";\nimport { Other, Shop, Store } from "./shop";\n';
const inModule = (providers: string, more = "") =>
  `${nest}let shop: Shop;\nbeforeEach(async () => {\n  const ref = await Test.createTestingModule({ providers: [${providers}] })${more}.compile();\n  shop = ref.get(Shop);\n});\ntest("a", () => { shop.sell(); });\n`;

const named = casesOf("names: ", "a.test.ts", {}, "npx jest a.test.ts");
const code = "/** @requires service:nfs */\nexport const go = () => {};\n";

/** Objects that containers make from classes, and names that configurations give to folders. */
export const containerCases: CorpusCase[] = [
  inContainer("the object of a class", inModule("Shop, Store"), ["service:nfs"], {
    chains: { "service:nfs": ["function a.test.ts:8", "Shop.sell a.test.ts:8", "Store.load shop.ts:8"] },
  }),
  inContainer("a value in place of a class", inModule("Shop, { provide: Store, useValue: { load: () => 1 } }"), []),
  inContainer("a class in place of another", inModule("Shop, { provide: Store, useClass: Other }"), ["service:db"]),
  inContainer("a factory in place of a class", inModule("Shop, { provide: Store, useFactory: () => new Other() }"), [
    "service:db",
  ]),
  inContainer("an override", inModule("Shop, Store", ".overrideProvider(Store).useValue({ load() {} })"), []),
  inContainer(
    "two overrides",
    `${nest}test("a", async () => {\n  const ref = await Test.createTestingModule({ providers: [Shop, Store, Other] }).overrideProvider(Other).useValue({}).overrideProvider(Store).useValue({ load() {} }).compile();\n  ref.get(Shop).sell();\n});\n`,
    [],
  ),
  inContainer(
    "an override of what a module provides",
    inModule("Shop, { provide: Store, useClass: Other }", ".overrideProvider(Store).useValue({ load() {} })"),
    [],
  ),
  inContainer(
    "another file with a fake",
    inModule("Shop, { provide: Store, useValue: { load: () => 1 } }"),
    ["service:nfs"],
    {
      command: "npx jest",
      others: { "b.test.ts": inModule("Shop, Store") },
    },
  ),
  inContainer(
    "a map with classes as keys",
    'import { LRUCache } from "lru-cache";\nimport { make } from "elsewhere";\nimport { Shop, Store } from "./shop";\nnew LRUCache().set(Store, { load: () => 1 });\nconst shop: Shop = make();\ntest("a", () => { shop.sell(); });\n',
    ["service:nfs"],
  ),
  inContainer(
    "an object by its name",
    `${nest}test("a", async () => {\n  const ref = await Test.createTestingModule({ providers: [{ provide: "STORE", useClass: Store }] }).compile();\n  ref.get("STORE").load();\n});\n`,
    ["service:nfs"],
  ),
  inContainer(
    "the controllers of a module",
    'import { Test } from "@nestjs/testing";\nimport { ShopModule } from "./shop-module";\ntest("a", async () => {\n  await Test.createTestingModule({ imports: [ShopModule] }).compile();\n});\n',
    ["service:nfs"],
  ),
  inContainer(
    "the controllers of a module with an override",
    'import { Test } from "@nestjs/testing";\nimport { Store } from "./shop";\nimport { ShopModule } from "./shop-module";\ntest("a", async () => {\n  await Test.createTestingModule({ imports: [ShopModule] }).overrideProvider(Store).useValue({ load: () => 1 }).compile();\n});\n',
    [],
  ),
  inContainer(
    "tsyringe",
    'import { container } from "tsyringe";\nimport { Shop } from "./shop";\ntest("a", () => { container.resolve(Shop).sell(); });\n',
    ["service:nfs"],
  ),
  inContainer(
    "tsyringe with another class",
    'import { container } from "tsyringe";\nimport { Other, Shop, Store } from "./shop";\ncontainer.register(Store, { useClass: Other });\ntest("a", () => { container.resolve(Shop).sell(); });\n',
    ["service:db"],
  ),
  inContainer(
    "InversifyJS",
    'import { Container } from "inversify";\nimport { Other, Shop, Store } from "./shop";\nconst container = new Container();\ncontainer.bind(Store).to(Other);\ncontainer.bind(Shop).toSelf();\ntest("a", () => { container.get(Shop).sell(); });\n',
    ["service:db"],
  ),
  inContainer(
    "Angular",
    'import { TestBed } from "@angular/core/testing";\nimport { Shop } from "./shop";\ntest("a", () => { TestBed.configureTestingModule({}); TestBed.inject(Shop).sell(); });\n',
    ["service:nfs"],
  ),
  inContainer(
    "a variable with the type of a class",
    'import { make } from "elsewhere";\nimport { Shop } from "./shop";\nconst shop: Shop = make();\ntest("a", () => { shop.sell(); });\n',
    ["service:nfs"],
  ),
  named("rootDir of jest", 'import { go } from "src/x";\ngo();\n', ["service:nfs"], {
    others: {
      "package.json": '{ "jest": { "rootDir": "src", "moduleNameMapper": { "^src/(.*)$": "<rootDir>/$1" } } }\n',
      "src/a.test.ts": 'import { go } from "src/x";\ngo();\n',
      "src/x.ts": code,
    },
    command: "npx jest",
  }),
  named("folders of modules in jest", 'import { go } from "x";\ngo();\n', ["service:nfs"], {
    others: {
      "jest.config.js": 'module.exports = { moduleDirectories: ["node_modules", "src"] };\n',
      "src/x.ts": code,
    },
  }),
  named(
    "a list of aliases in vite",
    'import { go } from "@/x";\nimport { go as far } from "~far/x";\ngo(); far();\n',
    ["service:db", "service:nfs"],
    {
      command: "npx vitest run a.test.ts",
      others: {
        "vite.config.ts":
          'import path from "node:path";\nexport default { resolve: { alias: [{ find: "@", replacement: path.resolve(__dirname, "src") }, { find: /^~far\\//, replacement: "/far/" }] } };\n',
        "src/x.ts": code,
        "far/x.ts": code.replace("nfs", "db"),
      },
    },
  ),
  named(
    "module-resolver of Babel",
    'import { go } from "#lib/x";\nimport { go as bare } from "y";\ngo(); bare();\n',
    ["service:db", "service:nfs"],
    {
      others: {
        "babel.config.js":
          'module.exports = { plugins: [["module-resolver", { root: ["./src"], alias: { "#lib": "./lib" } }]] };\n',
        "lib/x.ts": code,
        "src/y.ts": code.replace("nfs", "db"),
      },
    },
  ),
  named("module-alias", 'import { go } from "@deep/x";\ngo();\n', ["service:nfs"], {
    others: { "package.json": '{ "_moduleAliases": { "@deep": "src/deep" } }\n', "src/deep/x.ts": code },
  }),
];

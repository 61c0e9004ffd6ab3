import type { CorpusCase } from "./corpus.js";
import { entry, py, shell, uses } from "./other-languages.js";

export const shellCases: CorpusCase[] = [
  shell("substitutions in assignments", '. ./lib.sh\nx=$(mount_home)\nlocal y="$(query)"\n', [
    "service:db",
    "service:nfs",
  ]),
  shell(
    "the script's own folder",
    'source "${BASH_SOURCE%/*}/lib.sh"\nreadonly HERE="$(dirname "$0")"\n. "$HERE/lib.sh"\nmount_home\n',
    ["command:dirname", "service:nfs"],
  ),
  shell("functions in one line", "# requires: service:nfs\none() { :; }\n# requires: service:db\ntwo() { :; }\none\n", [
    "service:nfs",
  ]),
  shell("functions that are defined again", ". ./lib.sh\nquery() {\n  mount_home\n}\nquery\n", ["service:nfs"]),
  shell("comments", "#!/bin/sh\n# requires: service:nfs, package:curl\ntrue\n", ["package:curl", "service:nfs"]),
  shell("sourced files and functions", ". ./lib.sh\nmount_home\n", ["service:nfs"], {
    chains: { "service:nfs": ["mount_home a.sh:2"] },
  }),
  shell("functions that are not called", ". ./lib.sh\nquery\n", ["service:db"]),
  shell("helper's helper", ". ./lib.sh\na() { b; }\nb() { mount_home; }\na\n", ["service:nfs"]),
  shell(
    "commands",
    'set -e\ncurl -f http://x | jq .\nif command -v git; then echo yes; fi\n$(dirname "$0")/other.sh\n',
    ["command:curl", "command:dirname", "command:jq"],
    { others: { "other.sh": "true\n" } },
  ),
  shell("scripts that it runs", "cd sub && sh ./b.sh\n", ["command:sh", "service:nfs"], {
    others: { "sub/b.sh": ". ../lib.sh\nmount_home\n" },
  }),
  shell("Python that it runs", "python3 test_a.py\n", ["command:python3", "service:nfs"], {
    others: { ...py, "test_a.py": "from lab import mount\nmount()\n" },
  }),
  shell(
    "the library",
    '. "$HOLDFAST_LIBRARY/library.sh"\nhelper() { deeper; }\ndeeper() { holdfast_nfs_mount; }\nhelper\n',
    ["service:nfs"],
  ),
  shell("eval is not understood", 'eval "$x"\n', [], { notUnderstood: ["a.sh:1"] }),
  entry(
    "a pattern",
    "node --test tests/*.test.ts",
    { "tests/a.test.ts": uses("mount", ".."), "tests/b.ts": uses("query", "..") },
    ["service:nfs"],
  ),
  entry("a pattern in quotes", "node --test 'tests/**/*.test.ts'", { "tests/deep/a.test.ts": uses("mount", "../..") }, [
    "service:nfs",
  ]),
  entry(
    "node --test without names",
    "node --test",
    {
      "test/a.js": uses("mount", "..").replace("lib.js", "lib.ts"),
      "b.test.mjs": uses("query").replace("lib.js", "lib.ts"),
    },
    ["service:db", "service:nfs"],
  ),
  entry("a folder", "node --test tests/", { "tests/a.test.ts": uses("mount", "..") }, ["service:nfs"]),
  entry("cd", "cd tests && node --test a.test.ts", { "tests/a.test.ts": uses("mount", "..") }, ["service:nfs"]),
  entry(
    "npm run",
    "npm run check",
    { "package.json": '{ "scripts": { "check": "tsx a.ts" } }', "a.ts": uses("mount") },
    ["service:nfs"],
  ),
  entry(
    "npm test with arguments",
    "npm test -- -t one",
    {
      "package.json": '{ "scripts": { "test": "vitest run" } }',
      "a.test.ts": `import { test } from "vitest";\nimport { mount, query } from "./lib.js";\ntest("one", () => mount());\ntest("two", () => query());\n`,
    },
    ["service:nfs"],
  ),
  entry("jest", "npx jest src", { "src/a.test.ts": uses("mount", ".."), "other/b.test.ts": uses("query", "..") }, [
    "service:nfs",
  ]),
  entry("mocha", "mocha 'spec/*.ts'", { "spec/a.ts": uses("mount", "..") }, ["service:nfs"]),
  entry(
    "bats",
    "bats a.bats",
    {
      "a.bats": 'load lib\n\n@test "mounts" {\n  run mount_home\n}\n',
      "lib.bash": "# requires: service:nfs\nmount_home() {\n  true\n}\n",
    },
    ["service:nfs"],
  ),
  entry("sh -c", 'sh -c "node a.ts"', { "a.ts": uses("mount") }, ["service:nfs"]),
  entry("variables and env", "A=1 env B=2 timeout 5 node a.ts", { "a.ts": uses("mount") }, ["service:nfs"]),
  entry("preloaded files", "node --import ./setup.ts a.ts", { "setup.ts": uses("mount"), "a.ts": "export {};\n" }, [
    "service:nfs",
  ]),
  entry("code as a pattern", "make check", { "tests/a.ts": uses("mount", "..") }, ["service:nfs"], {
    code: ["tests/*.ts"],
  }),
  entry("code as a folder", "make check", { "tests/a.ts": uses("mount", "..") }, ["service:nfs"], { code: ["tests"] }),
  entry("nothing to read", "make check", {}, [], { unread: true }),
  entry("a program of the source", "./run", { run: "#!/bin/sh\nnode a.ts\n", "a.ts": uses("mount") }, [
    "command:node",
    "service:nfs",
  ]),
];

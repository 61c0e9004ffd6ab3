import type { CorpusCase } from "./corpus.js";
import { entry, py, shell, uses } from "./other-languages.js";

export const shellCases: CorpusCase[] = [
  shell(
    "subshells, and functions whose variables change",
    ". ./lib.sh\nT=curl\n( T=wget )\nrun() { $TOOL x; }\nTOOL=jq\nrun\nTOOL=tar\nrun\n$T y\n",
    ["command:curl", "command:jq", "command:tar"],
  ),
  shell(
    "a loop that shifts through the arguments",
    '. ./lib.sh\nwhile [ $# -gt 0 ]; do case "$1" in --home) mount_home;; --ask) query;; --tool) "$2" x; shift;; --no) curl x;; esac; shift; done\n',
    ["command:jq", "service:db", "service:nfs"],
    { command: "sh a.sh --home --tool jq --ask" },
  ),
  shell(
    "wrappers with options of their own",
    "ionice -c 3 jq x\ntimeout --kill-after 5 10 tar x\n/usr/bin/timeout 5 wget x\nsudo -iu ann xz x\n/usr/bin/env -C sub curl x\n",
    [
      "command:curl",
      "command:ionice",
      "command:jq",
      "command:sudo",
      "command:tar",
      "command:timeout",
      "command:wget",
      "command:xz",
    ],
  ),
  shell("arguments beside redirections", '. ./lib.sh\neach() { "$1"; }\neach > log query 2>&1\n', ["service:db"]),
  shell("code behind an exit", ". ./lib.sh\nmount_home\nexit 0\nquery\n", ["service:nfs"]),
  shell("arithmetic", ". ./lib.sh\n: $(( $(mount_home) + 1 ))\n(( $(query) > 1 ))\n", ["service:db", "service:nfs"]),
  shell(
    "functions that call their arguments",
    '. ./lib.sh\nretry() {\n  local n=$1\n  shift\n  "$@"\n}\nretry 3 mount_home\nretry 2 curl x\n',
    ["command:curl", "service:nfs"],
  ),
  shell(
    "a function's name as an argument",
    '. ./lib.sh\neach() { local f=$1; for x in 1 2; do "$f" "$x"; done; }\neach query\n',
    ["service:db"],
  ),
  shell(
    "placeholders",
    '# requires: package:{0}, device:{path}\nneed() {\n  local name="$1" path="$2"\n}\nP=curl\nneed "$P" /dev/kvm\n',
    ["device:/dev/kvm", "package:curl"],
  ),
  shell(
    "placeholders in loops and relays",
    '# requires: package:{0}\nneed() { :; }\nall() { for p in "$@"; do need "$p"; done; }\nall curl jq\nlist=(git tar)\nfor p in "${list[@]}"; do need "$p"; done\nset -- sed\nneed "$1"\n',
    ["package:curl", "package:git", "package:jq", "package:sed", "package:tar"],
  ),
  shell(
    "a placeholder whose argument is not known",
    '# requires: package:{0}\nneed() { :; }\nneed "$(head -1 list)"\n',
    ["command:head"],
    {
      notUnderstood: ["a.sh:3"],
    },
  ),
  shell("arrays as commands", 'cmd=(curl -f)\ncmd+=(http://x)\n"${cmd[@]}"\nflags="-x y"\njq $flags\n', [
    "command:curl",
    "command:jq",
  ]),
  shell("either branch", '. ./lib.sh\nif [ -n "$CI" ]; then F=mount_home; else F=query; fi\n"$F"\n', [
    "service:db",
    "service:nfs",
  ]),
  shell(
    "names that are put together",
    '. ./lib.sh\ndo_up() { mount_home; }\ndo_down() { query; }\n"do_$1"\n',
    ["service:nfs"],
    {
      command: "sh a.sh up",
    },
  ),
  shell("every file of a pattern is sourced", 'for f in ./parts/*.sh; do . "$f"; done\ngo\n', ["service:nfs"], {
    others: { "parts/one.sh": ". ./lib.sh\ngo() { mount_home; }\n" },
  }),
  shell("defaults that stay", ': "${LIB:=./lib.sh}"\n. "$LIB"\nmount_home\n', ["service:nfs"]),
  shell("commands in texts", "sh -c 'curl x | jq .'\nls | xargs -I{} bash -c 'tar {}'\nfind . -exec grep y {} \\;\n", [
    "command:bash",
    "command:curl",
    "command:find",
    "command:grep",
    "command:jq",
    "command:ls",
    "command:sh",
    "command:tar",
    "command:xargs",
  ]),
  shell("exported functions", ". ./lib.sh\nexport -f mount_home\nbash -c 'mount_home'\n", [
    "command:bash",
    "service:nfs",
  ]),
  shell("a function in place of a program", 'curl() { command curl -f "$@"; }\njq() { :; }\ncurl x\njq y\n', [
    "command:curl",
  ]),
  shell(
    "comments behind commands of a function",
    "f() {\n  echo x # requires: service:nfs\n  # requires: service:db\n}\nf\n",
    ["service:db"],
  ),
  shell(
    "functions that call each other for ever",
    '. ./lib.sh\na() { b "$1" x; }\nb() { a "$@" y; mount_home; }\na 1\n',
    ["service:nfs"],
  ),
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

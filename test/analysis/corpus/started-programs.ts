import type { CorpusCase } from "./corpus.js";

export const startedProgramCases: CorpusCase[] = [
  {
    name: "__dirname spawn",
    files: {
      "a.js":
        'const path = require("path");\nconst { spawn } = require("child_process");\nspawn("node", [path.join(__dirname, "b.js")]);\n',
      "b.js": "/** @requires service:b */\nfunction b() {}\nb();\n",
    },
    command: "node a.js",
    requires: ["command:node", "service:b"],
  },
  {
    name: "import.meta.url spawn",
    files: {
      "a.mjs": 'import { fork } from "node:child_process";\nfork(new URL("./b.mjs", import.meta.url));\n',
      "b.mjs": "/** @requires service:b */\nfunction b() {}\nb();\n",
    },
    command: "node a.mjs",
    requires: ["service:b"],
  },
  {
    name: "fileURLToPath dirname",
    files: {
      "t/a.mjs":
        'import { fork } from "node:child_process";\nimport { dirname, join } from "node:path";\nimport { fileURLToPath } from "node:url";\nconst here = dirname(fileURLToPath(import.meta.url));\nfork(join(here, "..", "b.mjs"));\n',
      "b.mjs": "/** @requires service:b */\nfunction b() {}\nb();\n",
    },
    command: "node t/a.mjs",
    requires: ["service:b"],
  },
  {
    name: "worker thread",
    files: {
      "a.mjs": 'import { Worker } from "node:worker_threads";\nnew Worker(new URL("./b.mjs", import.meta.url));\n',
      "b.mjs": "/** @requires service:b */\nfunction b() {}\nb();\n",
    },
    command: "node a.mjs",
    requires: ["service:b"],
  },
  {
    name: "python __file__",
    files: {
      "t/a.py":
        'import os, subprocess, sys\nhere = os.path.dirname(os.path.abspath(__file__))\nsubprocess.run([sys.executable, os.path.join(here, "b.py")])\n',
      "t/b.py": 'def b():\n    """:requires: service:b"""\nb()\n',
    },
    command: "python3 t/a.py",
    requires: ["service:b"],
  },
  {
    name: "python pathlib __file__",
    files: {
      "t/a.py":
        'import subprocess\nfrom pathlib import Path\nhere = Path(__file__).resolve().parent\nsubprocess.run(["bash", str(here / "b.sh")])\n',
      "t/b.sh": "# requires: service:b\necho\n",
    },
    command: "python3 t/a.py",
    requires: ["command:bash", "service:b"],
  },
  {
    name: "python -c",
    files: {
      "m.py": 'def go():\n    """:requires: service:m"""\n',
    },
    command: "python3 -c 'import m; m.go()'",
    requires: ["service:m"],
  },
  {
    name: "node -e",
    files: {
      "m.js": "/** @requires service:m */\nexports.go = function go() {};\n",
    },
    command: "node -e 'require(\"./m\").go()'",
    requires: ["service:m"],
  },
  {
    name: "node --input-type -e",
    files: {
      "m.mjs": "/** @requires service:m */\nexport function go() {}\n",
    },
    command: "node --input-type=module -e 'import { go } from \"./m.mjs\"; go()'",
    requires: ["service:m"],
  },
  {
    name: "runpy",
    files: {
      "run.py": 'import runpy\nrunpy.run_path("other.py")\nrunpy.run_module("pkg.mod")\n',
      "other.py": 'def a():\n    """:requires: service:a"""\na()\n',
      "pkg/__init__.py": "",
      "pkg/mod.py": 'def b():\n    """:requires: service:b"""\nb()\n',
    },
    command: "python3 run.py",
    requires: ["service:a", "service:b"],
  },
  {
    name: "__subclasses__",
    files: {
      "a.py":
        'class Base:\n    def run(self): pass\nclass One(Base):\n    def run(self):\n        """:requires: service:one"""\nfor c in Base.__subclasses__():\n    c().run()\n',
    },
    command: "python3 a.py",
    requires: ["service:one"],
  },
  {
    name: "defaultdict",
    files: {
      "a.py":
        'from collections import defaultdict\ndef one():\n    """:requires: service:one"""\nd = defaultdict(list)\nd["x"].append(one)\nfor f in d["x"]: f()\n',
    },
    command: "python3 a.py",
    requires: ["service:one"],
  },
  {
    name: "defaultdict factory",
    files: {
      "a.py":
        'from collections import defaultdict\ndef one():\n    """:requires: service:one"""\n    return 1\nd = defaultdict(one)\nd["x"]\n',
    },
    command: "python3 a.py",
    requires: ["service:one"],
  },
  {
    name: "env -S",
    files: {
      a: '#!/usr/bin/env -S python3 -u\ndef one():\n    """:requires: service:one"""\none()\n',
    },
    command: "./a",
    requires: ["service:one"],
  },
  {
    name: "flock -c",
    files: {
      "a.sh": "# requires: service:a\ntrue\n",
    },
    command: "flock /tmp/l -c 'sh a.sh'",
    requires: ["service:a"],
  },
  {
    name: "flock cmd",
    files: {
      "a.sh": "# requires: service:a\ntrue\n",
    },
    command: "flock /tmp/l sh a.sh",
    requires: ["service:a"],
  },
  {
    name: "tox",
    files: {
      "tox.ini": "[tox]\nenvlist = py\n[testenv]\ncommands = pytest tests\n",
      "tests/test_a.py": 'def test_a():\n    """:requires: service:a"""\n',
    },
    command: "tox -e py",
    requires: ["service:a"],
  },
  {
    name: "py partial",
    files: {
      "a.py": 'from functools import partial\ndef one(x):\n    """:requires: service:{x}"""\npartial(one, "db")()\n',
    },
    command: "python3 a.py",
    requires: ["service:db"],
  },
  {
    name: "py getattr import",
    files: {
      "a.py": 'import importlib\nm = importlib.import_module("m")\ngetattr(m, "go")()\n',
      "m.py": 'def go():\n    """:requires: service:m"""\n',
    },
    command: "python3 a.py",
    requires: ["service:m"],
  },
  {
    name: "py contextmanager",
    files: {
      "a.py":
        'from contextlib import contextmanager\n@contextmanager\ndef db():\n    """:requires: service:db"""\n    yield 1\nwith db() as x:\n    pass\n',
    },
    command: "python3 a.py",
    requires: ["service:db"],
  },
  {
    name: "py match/case",
    files: {
      "a.py":
        'def one():\n    """:requires: service:one"""\ndef go(x):\n    match x:\n        case "a": one()\n        case _: pass\ngo("a")\n',
    },
    command: "python3 a.py",
    requires: ["service:one"],
  },
];

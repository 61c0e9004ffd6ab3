import { type CorpusCase, servicesInPython } from "./corpus.js";
import { python } from "./other-languages.js";

const services = { others: { "services.py": servicesInPython } };
const need = 'def need(name):\n    """:requires: package:{name}"""\n';
const around =
  "def around(call):\n    def wrapper(*args, **options):\n        a()\n        return call(*args, **options)\n    return wrapper\n";

/** Decorators, bases in their order, enums, and markers whose texts are computed. */
export const pythonDecoratorCases: CorpusCase[] = [
  python(
    "a decorator of a test",
    `from services import a, b\n${around}\n@around\ndef test_a():\n    b()\n`,
    ["service:a", "service:b"],
    services,
  ),
  python(
    "a decorator of a test that uses a fixture",
    `import pytest\nfrom services import a, b\n${around}\n@pytest.fixture\ndef home():\n    return b\n\n@around\ndef test_a(home):\n    home()\n`,
    ["service:a", "service:b"],
    services,
  ),
  python(
    "a decorator of a fixture, and of a method of unittest",
    `import pytest, unittest\nfrom services import a, b\n${around}\nclass A(unittest.TestCase):\n    def go(self):\n        b()\n    @around\n    def test_a(self):\n        self.go()\n`,
    ["service:a", "service:b"],
    services,
  ),
  python(
    "a decorator that calls another method of the object",
    "import functools\nfrom services import a, b\ndef again(call):\n    @functools.wraps(call)\n    def wrapper(self, *args):\n        self.connect()\n        return call(self, *args)\n    return wrapper\nclass Client:\n    def connect(self):\n        a()\n    @again\n    def send(self):\n        b()\n\ndef test_a():\n    Client().send()\n",
    ["service:a", "service:b"],
    services,
  ),
  python(
    "super() of a mixin finds the bases after it",
    "import unittest\nfrom services import a, b\nclass Net:\n    def setUp(self):\n        super().setUp()\n        a()\nclass Base(unittest.TestCase):\n    def setUp(self):\n        super().setUp()\n        b()\nclass A(Net, Base):\n    def test_a(self):\n        pass\n",
    ["service:a", "service:b"],
    services,
  ),
  python(
    "methods without a body",
    'from abc import ABC, abstractmethod\nfrom typing import Protocol\nclass Store(ABC):\n    @abstractmethod\n    def load(self):\n        """:requires: service:a"""\nclass Shop(Protocol):\n    # requires: service:b\n    def sell(self): ...\nclass Mine(Store, Shop):\n    def load(self):\n        return 1\n    def sell(self):\n        return 2\n\ndef test_a():\n    Mine().load()\n    Mine().sell()\n',
    ["service:a", "service:b"],
  ),
  python(
    "types that are imported only for the checker",
    'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from client import Client\n\ndef test_a(client: "Client"):\n    client.go()\n',
    ["service:nfs"],
    {
      others: {
        "client.py": "from lab import mount, query\nquery()\nclass Client:\n    def go(self):\n        mount()\n",
      },
    },
  ),
  python(
    "members of an enum",
    `from enum import Enum\nfrom services import a\n${need}class Tool(Enum):\n    CURL = "curl"\n    JQ = "jq"\n    def start(self):\n        a()\n\ndef test_a():\n    for tool in Tool:\n        need(tool.value)\n        tool.start()\n`,
    ["package:curl", "package:jq", "service:a"],
    services,
  ),
  python(
    "markers of rows, and with computed texts",
    'import pytest\nNAME = "x"\nALL = ["service:y", "service:z"]\ndef needs(name):\n    return pytest.mark.requires(f"service:{name}")\n\n@needs("w")\n@pytest.mark.requires(*ALL)\n@pytest.mark.requires(f"service:{NAME}")\n@pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.requires("service:v")), 2])\ndef test_a(n):\n    pass\n',
    ["service:v", "service:w", "service:x", "service:y", "service:z"],
  ),
  python(
    "a decorator that applies a marker",
    'import pytest\ndef lab(call):\n    return pytest.mark.requires("service:x")(call)\n\n@lab\ndef test_a():\n    pass\n',
    ["service:x"],
  ),
  python(
    "a command that is split, or given as a list",
    'import shlex, subprocess\ndef run(line):\n    if isinstance(line, str):\n        line = shlex.split(line)\n    subprocess.run(line)\n\ndef test_a():\n    run("ip link")\n    run(["ethtool", "eth0"])\n',
    ["command:ethtool", "command:ip"],
  ),
  python(
    "what a function provides",
    "from services import a, b\n\n# provides: service:a\ndef start():\n    pass\n\ndef test_a():\n    start()\n    a()\n    b()\n",
    ["service:b"],
    services,
  ),
  python(
    "the program of a list that grows",
    'import subprocess\nBASE = ["ssh", "-q"]\n\ndef test_a():\n    subprocess.run(list(BASE) + ["host"])\n',
    ["command:ssh"],
  ),
];

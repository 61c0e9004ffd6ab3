import { type CorpusCase, servicesInPython } from "./corpus.js";
import { python } from "./other-languages.js";

const kit = { "kit/tool.py": "from lab import mount\ndef go():\n    mount()\n" };
const useKit = "import tool\n\ndef test_a():\n    tool.go()\n";
const marks = {
  "marks.py": 'import pytest\nneeds = pytest.mark.requires("service:x")\n',
};
const run = { "kit/run.py": '""":requires: service:nfs"""\n' };
const start = 'subprocess.run(["./run.py"])\n';
const services = { "services.py": servicesInPython };

/** Markers in variables, folders that Python searches, and what replaces functions. */
export const pythonMarkCases: CorpusCase[] = [
  python(
    "pytestmark with a marker of another module, and one in a list",
    'import pytest\nfrom marks import needs\npytestmark = [needs, pytest.mark.requires("service:y")]\n\ndef test_a():\n    pass\n',
    ["service:x", "service:y"],
    { others: marks },
  ),
  python(
    "a marker in a variable on a class and in its body",
    'import marks, pytest\nother = pytest.mark.requires("service:y")\n\n@marks.needs\nclass TestA:\n    pytestmark = other\n    def test_a(self):\n        pass\n',
    ["service:x", "service:y"],
    { others: marks },
  ),
  python(
    "fixtures and parameters of markers in variables",
    'import pytest\nfrom services import a, b, c\n@pytest.fixture\ndef up():\n    a()\nwith_up = pytest.mark.usefixtures("up")\nboth = pytest.mark.parametrize("call", [b, c])\n\n@with_up\n@both\ndef test_a(call):\n    call()\n',
    ["service:a", "service:b", "service:c"],
    { others: services },
  ),
  python(
    "a test that a marker in a variable skips",
    'import pytest\nfrom lab import mount\nnot_now = pytest.mark.skip(reason="later")\n\n@not_now\ndef test_a():\n    mount()\n\ndef test_b():\n    pass\n',
    [],
  ),
  python(
    "the library's marker in a variable",
    'from holdfast_library import requires\nneeds = requires("service:x")\n\n@needs\ndef test_a():\n    pass\n',
    ["service:x"],
  ),
  python(
    "a folder that the file itself adds",
    `import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), "kit"))\n${useKit}`,
    ["service:nfs"],
    { others: kit },
  ),
  python("a folder that a function of conftest.py adds", useKit, ["service:nfs"], {
    others: {
      ...kit,
      "conftest.py":
        "import sys\nfrom pathlib import Path\n\ndef add(name):\n    sys.path.append(str(Path(__file__).parent / name))\n\nadd('kit')\n",
    },
  }),
  python("folders that are put before the others", `import sys\nsys.path[:0] = ["kit"]\n${useKit}`, ["service:nfs"], {
    others: kit,
  }),
  python("the first folder with a module counts", `import sys\nsys.path.insert(0, "kit")\n${useKit}`, ["service:nfs"], {
    others: { ...kit, "src/tool.py": "from lab import query\ndef go():\n    query()\n" },
  }),
  python("folders in PYTHONPATH", useKit, ["service:nfs"], {
    command: "PYTHONPATH=other:kit pytest test_a.py",
    others: kit,
  }),
  python("an exported PYTHONPATH", useKit, ["service:nfs"], {
    command: "cd tests && export PYTHONPATH=$PWD/../kit && pytest ../test_a.py",
    others: { ...kit, "tests/none.txt": "" },
  }),
  python("folders in pytest.ini", useKit, ["service:nfs"], {
    others: { ...kit, "pytest.ini": "[pytest]\npythonpath = other kit\n" },
  }),
  python(
    "programs in a folder into which the code changes",
    `import os, subprocess\n\ndef test_a():\n    os.chdir("kit")\n    ${start}`,
    ["service:nfs"],
    { others: run },
  ),
  python(
    "programs in a folder into which pytest or a context changes",
    `import contextlib, subprocess\n\ndef test_a(monkeypatch):\n    monkeypatch.chdir("kit")\n    with contextlib.chdir("other"):\n        ${start}`,
    ["service:db", "service:nfs"],
    { others: { ...run, "other/run.py": '""":requires: service:db"""\n' } },
  ),
  python(
    "data of a Django class",
    "from django.test import TestCase\nfrom lab import mount\nclass A(TestCase):\n    @classmethod\n    def setUpTestData(cls):\n        mount()\n    def test_a(self):\n        pass\n",
    ["service:nfs"],
  ),
  python(
    "fixtures with the same name in two classes",
    "import pytest\nfrom lab import mount, query\nclass TestA:\n    @pytest.fixture\n    def up(self):\n        mount()\n    def test_a(self, up):\n        pass\nclass TestB:\n    @pytest.fixture\n    def up(self):\n        query()\n    def test_b(self, up):\n        pass\n",
    ["service:nfs"],
    { command: "pytest test_a.py::TestA" },
  ),
  python(
    "properties that are made by a call",
    "from services import a, b\nclass Shop:\n    def get(self):\n        a()\n    stock = property(get)\n    price = property(fget=lambda self: b())\n\ndef test_a():\n    Shop().stock\n    Shop().price\n",
    ["service:a", "service:b"],
    { others: services },
  ),
  python(
    "the key of a sort",
    "from lab import mount\n\ndef test_a():\n    prices = [2, 1]\n    prices.sort(key=lambda price: mount())\n",
    ["service:nfs"],
  ),
  python(
    "what a mock calls",
    'from unittest.mock import Mock, patch\nimport shop\nfrom services import a, b, c\n\ndef test_a():\n    Mock(side_effect=a)()\n    with patch("shop.go", side_effect=b):\n        shop.run()\n    with patch.object(shop, "stop", c):\n        shop.run()\n',
    ["service:a", "service:b", "service:c"],
    {
      others: {
        ...services,
        "shop.py": "def go():\n    pass\ndef stop():\n    pass\ndef run():\n    go()\n    stop()\n",
      },
    },
  ),
  python(
    "a mock that nobody calls",
    "from unittest.mock import Mock\nfrom lab import mount\n\ndef test_a():\n    Mock(side_effect=mount)\n",
    [],
  ),
  python(
    "names in the patterns of match",
    'from services import a, b, c, d\nclass Shop:\n    def __init__(self, call):\n        self.call = call\n\ndef test_a(kind):\n    pair = [1, a]\n    match pair:\n        case [_, call]:\n            call()\n    match {"call": b}:\n        case {"call": call} if call:\n            call()\n    match Shop(c):\n        case Shop(call=call):\n            call()\n    match kind:\n        case 1 | 2:\n            pass\n        case _:\n            d()\n',
    ["service:a", "service:b", "service:c", "service:d"],
    { others: services },
  ),
  python(
    "copies of objects",
    "import copy\nfrom lab import mount\nclass Shop:\n    def go(self):\n        mount()\n\ndef test_a():\n    copy.deepcopy(Shop()).go()\n",
    ["service:nfs"],
  ),
  python("functions beside the steps of behave", "", ["service:nfs"], {
    command: "behave",
    others: {
      "features/a.feature": "Feature: a\n  Scenario: b\n    Given a shop\n",
      "features/environment.py": "from lab import mount\n\ndef before_all(context):\n    mount()\n",
      "features/steps/a.py":
        'from behave import given\nfrom lab import query\nfrom other import helper\n\ndef unused():\n    query()\n\n@given("a shop")\ndef step(context):\n    pass\n',
      "other.py": "from lab import query\n\ndef helper():\n    query()\n",
    },
  }),
];

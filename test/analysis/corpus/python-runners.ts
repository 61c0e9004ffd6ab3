import type { CorpusCase } from "./corpus.js";
import { python } from "./other-languages.js";

const uses = "from lab import mount\n";
const twoTests = {
  "unit/test_b.py": `${uses}def test_b():\n    mount()\n`,
  "unit/test_c.py": "from lab import query\ndef test_c():\n    query()\n",
};

/** Names of tests, doctest, Django, behave, metaclasses. */
export const pythonRunnerCases: CorpusCase[] = [
  python(
    "names of tests and of their classes in pytest.ini",
    `${uses}from lab import query\nclass Check:\n    def check_a(self):\n        mount()\n    def test_b(self):\n        query()\ndef test_c():\n    query()\n`,
    ["service:nfs"],
    {
      others: { "pytest.ini": "[pytest]\npython_functions = check_*\npython_classes = Check\n" },
    },
  ),
  python(
    "a case of unittest keeps its names",
    `import unittest\n${uses}class A(unittest.TestCase):\n    def test_a(self):\n        mount()\n`,
    ["service:nfs"],
    {
      others: { "pytest.ini": "[pytest]\npython_functions = check_*\npython_classes = Check\n" },
    },
  ),
  python("examples of doctest", "", ["service:nfs"], {
    command: "pytest --doctest-modules shop.py",
    others: { "shop.py": `${uses}def buy():\n    """Buys.\n\n    >>> buy()\n    1\n    """\n    mount()\n` },
  }),
  python("examples of doctest by themselves", "", ["service:nfs"], {
    command: "python3 -m doctest shop.py",
    others: {
      "shop.py": `${uses}def buy():\n    """Buys.\n\n    >>> for _ in range(2):\n    ...     buy()\n    """\n    mount()\n`,
    },
  }),
  python("examples that nobody runs", "def test_a():\n    pass\n", [], {
    others: { "shop.py": `${uses}def buy():\n    """\n    >>> buy()\n    """\n    mount()\n` },
  }),
  python("tests of Django", "", ["service:nfs"], {
    command: "python3 manage.py test shop",
    others: {
      "manage.py":
        "import sys\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n",
      "shop/tests.py": `from django.test import TestCase\n${uses}class A(TestCase):\n    def test_a(self):\n        mount()\n`,
      "other/tests.py":
        "from django.test import TestCase\nfrom lab import query\nclass B(TestCase):\n    def test_b(self):\n        query()\n",
    },
  }),
  python("sessions of nox", "", ["service:nfs"], {
    command: "nox -s tests-3.11 -- -q",
    others: {
      "noxfile.py":
        'import nox\n\n@nox.session(python=["3.11"])\ndef tests(session):\n    session.install("pytest")\n    session.run("pytest", "--cov=lab", "unit/test_b.py", *session.posargs, env={"A": "b"})\n\n@nox.session(name="other")\ndef lint(session):\n    session.run("pytest", "unit/test_c.py")\n',
      ...twoTests,
    },
  }),
  python("the sessions that nox runs by default, and what they notify", "", ["service:db", "service:nfs"], {
    command: "nox",
    others: {
      "noxfile.py":
        'import nox\nnox.options.sessions = ["first"]\n\n@nox.session\ndef first(session):\n    session.run("pytest", "unit/test_b.py")\n    session.notify("second")\n\n@nox.session(name="second")\n@nox.parametrize("a", [1])\ndef other(session, a):\n    session.run(\n        "pytest",\n        "unit/test_c.py",\n    )\n\n@nox.session\ndef third(session):\n    session.run("curl", "x")\n',
      ...twoTests,
    },
  }),
  python("environments of tox", "", ["service:nfs"], {
    command: "tox -e unit",
    others: {
      "tox.ini":
        "[tox]\nenv_list = unit, lint\n[testenv]\ncommands = pytest unit/test_c.py\n[testenv:unit]\ncommands =\n    unit: pytest unit/test_b.py {posargs}\n[testenv:lint]\ncommands = curl x\n",
      ...twoTests,
    },
  }),
  python("factors and references of tox", "", ["service:nfs"], {
    command: "tox -e py312-unit -- unit/test_b.py",
    others: {
      "tox.ini":
        "[tox]\nenv_list =\n    py312-unit\n    lint\n[base]\ncommands =\n    unit: pytest {posargs}\n    integ: pytest unit/test_c.py\n[testenv]\ncommands = {[base]commands}\n",
      ...twoTests,
    },
  }),
  python("a test that runs in a folder of its own", "", ["service:nfs"], {
    command: "cd svc && python3 -m pytest tests",
    others: {
      "svc/app/core.py": `${uses}def go():\n    mount()\n`,
      "svc/tests/test_x.py": "from app.core import go\ndef test_x():\n    go()\n",
    },
  }),
  python("options of pytest that take a value", `${uses}def test_a():\n    mount()\n`, ["service:nfs"], {
    command: "pytest --reruns 3 --env staging",
  }),
  python(
    "handlers of an object of a library",
    `from paho import mqtt\n${uses}client = mqtt.Client()\ndef on_message(*args):\n    mount()\nclient.on_message = on_message\ndef test_a():\n    pass\n`,
    ["service:nfs"],
  ),
  python("tests that a script cannot name", "", ["command:pytest"], {
    command: "sh run.sh",
    others: { "run.sh": "pytest nowhere\n" },
    notUnderstood: ["run.sh:1"],
  }),
  python(
    "marks of a class",
    `import pytest\n${uses}from lab import query\nclass TestA:\n    pytestmark = [pytest.mark.slow]\n    def test_a(self):\n        mount()\nclass TestB:\n    pytestmark = pytest.mark.quick\n    def test_b(self):\n        query()\n`,
    ["service:nfs"],
    { command: "pytest test_a.py -m slow" },
  ),
  python(
    "requirements in the marks of a class",
    `import pytest\nclass TestA:\n    pytestmark = pytest.mark.requires("service:nfs")\n    def test_a(self):\n        pass\ndef test_two():\n    pass\nclass TestB:\n    pytestmark = pytest.mark.requires("service:db")\n    def test_b(self):\n        pass\n`,
    ["service:nfs"],
    { command: "pytest test_a.py::TestA test_a.py::test_two" },
  ),
  python(
    "programs that start in another folder",
    `import subprocess\nfrom pathlib import Path\nHERE = Path(__file__).parent\nsubprocess.run(["sh", "one.sh"], cwd="sub")\nsubprocess.run(args=["./two.sh"], cwd=HERE / "sub")\n`,
    ["command:curl", "command:jq", "command:sh"],
    {
      command: "python3 test_a.py",
      others: { "sub/one.sh": "curl x\n", "sub/two.sh": "#!/bin/sh\njq x\n" },
    },
  ),
  python("imported fixtures and hooks", "def test_a():\n    pass\n", ["service:db", "service:nfs"], {
    others: {
      "conftest.py": "from helpers import prepared, pytest_sessionstart\n",
      "helpers.py": `import pytest\n${uses}from lab import query\n@pytest.fixture(autouse=True)\ndef prepared():\n    mount()\ndef pytest_sessionstart(session):\n    query()\n`,
    },
  }),
  python(
    "fixtures of a base class",
    `import pytest\n${uses}@pytest.fixture\ndef home():\n    mount()\n@pytest.mark.usefixtures("home")\nclass Base:\n    pass\nclass TestX(Base):\n    def test_a(self):\n        pass\n`,
    ["service:nfs"],
  ),
  python("steps of behave, and what is around them", "", ["service:db", "service:nfs"], {
    command: "behave",
    others: {
      "features/a.feature": "Feature: a\n  Scenario: b\n    Given a home\n",
      "features/environment.py": "from lab import query\ndef before_all(context):\n    query()\n",
      "features/steps/a.py": `from behave import given\n${uses}@given("a home")\ndef step(context):\n    mount()\n`,
    },
  }),
  python(
    "metaclasses",
    `${uses}from lab import query\nclass Meta(type):\n    def __new__(meta, name, bases, body):\n        query()\n        return super().__new__(meta, name, bases, body)\n    def __call__(cls, *args):\n        mount()\n        return super().__call__(*args)\nclass Base(metaclass=Meta):\n    pass\nclass Shop(Base):\n    pass\ndef test_a():\n    Shop()\n`,
    ["service:db", "service:nfs"],
  ),
];

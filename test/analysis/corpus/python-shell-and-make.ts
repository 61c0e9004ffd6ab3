import { type CorpusCase, servicesInPython } from "./corpus.js";

export const pythonShellMakeCases: CorpusCase[] = [
  {
    name: "pytest skipif, xfail, param marks skip",
    files: {
      "test_x.py":
        'import pytest, sys\nfrom lab import a, b, c\n@pytest.mark.skipif(sys.platform == "win32", reason="x")\ndef test_x(): a()\n@pytest.mark.xfail\ndef test_y(): b()\n@pytest.mark.parametrize("f", [pytest.param(c, marks=pytest.mark.skip)])\ndef test_z(f): f()\n',
      "lab.py": servicesInPython,
    },
    command: "pytest test_x.py",
    requires: ["service:a", "service:b"],
  },
  {
    name: "unittest skip decorators and class",
    files: {
      "test_x.py":
        'import unittest\nfrom lab import a, b, c\nclass T(unittest.TestCase):\n    def test_x(self): a()\n    @unittest.skip("x")\n    def test_y(self): b()\n@unittest.skip("all")\nclass U(unittest.TestCase):\n    def setUp(self): c()\n    def test_z(self): pass\n',
      "lab.py": servicesInPython,
    },
    command: "python -m unittest test_x",
    requires: ["service:a"],
  },
  {
    name: "py __all__ unused import of module function",
    files: {
      "test_x.py":
        "from lab import a as needed\nimport lab\ndef test_x():\n    assert callable(needed) and lab.b is not None\n",
      "lab.py": servicesInPython,
    },
    command: "pytest test_x.py",
    requires: [],
  },
  {
    name: "unittest skip method multi-line",
    files: {
      "test_x.py":
        'import unittest\nfrom lab import a, b\nclass T(unittest.TestCase):\n    def test_x(self):\n        a()\n\n    @unittest.skip("broken")\n    def test_y(self):\n        b()\n',
      "lab.py": servicesInPython,
    },
    command: "python -m unittest test_x",
    requires: ["service:a"],
  },
  {
    name: "unittest skip under pytest",
    files: {
      "test_x.py":
        'from unittest import TestCase, skip\nfrom lab import a, b\nclass T(TestCase):\n    def test_x(self):\n        a()\n\n    @skip("broken")\n    def test_y(self):\n        b()\n',
      "lab.py": servicesInPython,
    },
    command: "pytest test_x.py",
    requires: ["service:a"],
  },
  {
    name: "module passed to assert helper",
    files: {
      "test_x.py":
        'import lab\ndef test_x():\n    assert hasattr(lab, "a") and isinstance(lab.b, object)\n    print(lab.__name__)\n',
      "lab.py": servicesInPython,
    },
    command: "pytest test_x.py",
    requires: [],
  },
  {
    name: "pytest param with marks=skip",
    files: {
      "test_x.py":
        'import pytest\nfrom lab import a, b\n@pytest.mark.parametrize("f", [a, pytest.param(b, marks=pytest.mark.skip(reason="x"))])\ndef test_z(f):\n    f()\n',
      "lab.py": servicesInPython,
    },
    command: "pytest test_x.py",
    requires: ["service:a"],
  },
  {
    name: "py function given to print is not called",
    files: {
      "test_x.py": "from lab import a\ndef test_x():\n    print(a)\n    assert isinstance(a, object)\n",
      "lab.py": servicesInPython,
    },
    command: "pytest test_x.py",
    requires: [],
  },
  {
    name: "skip attr via unittest qualified import only module function",
    files: {
      "test_x.py": 'import unittest\nfrom lab import b\n@unittest.skip("broken")\ndef test_y():\n    b()\n\n',
      "lab.py": servicesInPython,
    },
    command: "pytest test_x.py",
    requires: [],
  },
  {
    name: "sh exec replaced",
    files: {
      "t.sh": "exec sh other.sh\n. ./lib.sh\nb\n",
      "other.sh": ". ./lib.sh\na\n",
      "lib.sh":
        "# requires: service:a\na() { :; }\n# requires: service:b\nb() { :; }\n# requires: service:c\nc() { :; }\n# requires: service:d\nd() { :; }\n",
    },
    command: "sh t.sh",
    requires: ["command:sh", "service:a"],
  },
  {
    name: "sh parallel",
    files: {
      "t.sh": "parallel sh ::: one.sh two.sh\n",
      "one.sh": "# requires: service:a\ntrue\n",
      "two.sh": "# requires: service:b\ntrue\n",
    },
    command: "bash t.sh",
    requires: ["command:parallel", "command:sh", "service:a", "service:b"],
  },
  {
    name: "make ifdef",
    files: {
      Makefile: "ifdef CI\nRUN = sh one.sh\nelse\nRUN = sh two.sh\nendif\ntest:\n\t@$(RUN)\n",
      "one.sh": "# requires: service:a\ntrue\n",
      "two.sh": "# requires: service:b\ntrue\n",
    },
    command: "make test CI=1",
    requires: ["command:sh", "service:a"],
  },
  {
    name: "make ifeq on command line variable",
    files: {
      Makefile: "MODE ?= two\nifeq ($(MODE),one)\nCMD = sh one.sh\nelse\nCMD = sh two.sh\nendif\ntest:\n\t$(CMD)\n",
      "one.sh": "# requires: service:a\ntrue\n",
      "two.sh": "# requires: service:b\ntrue\n\n",
    },
    command: "make test MODE=one",
    requires: ["command:sh", "service:a"],
  },
  {
    name: "a skipped method of unittest",
    files: {
      "test_x.py":
        'import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        one()\n    @unittest.skip("why")\n    def test_b(self):\n        two()\ndef one():\n    """:requires: service:a"""\ndef two():\n    """:requires: service:b"""\n',
    },
    command: "python3 -m unittest test_x.py",
    requires: ["service:a"],
  },
  {
    name: "a function that unittest skips",
    files: {
      "test_x.py":
        'import unittest\n@unittest.skip("why")\ndef test_b():\n    two()\ndef two():\n    """:requires: service:b"""\n',
    },
    command: "pytest test_x.py",
    requires: [],
  },
];

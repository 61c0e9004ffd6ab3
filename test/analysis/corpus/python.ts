import type { CorpusCase } from "./corpus.js";
import { python } from "./other-languages.js";

export const pythonCases: CorpusCase[] = [
  python(
    "parametrized functions",
    'import pytest\nfrom lab import mount, query\n\n@pytest.mark.parametrize("n, f", [(1, mount)])\ndef test_a(n, f):\n    f()\n',
    ["service:nfs"],
  ),
  python(
    "parametrized texts",
    'import pytest\n\ndef need(name):\n    """:requires: package:{name}"""\n\n@pytest.mark.parametrize("name", ["curl", "jq"])\ndef test_a(name):\n    need(name)\n',
    ["package:curl", "package:jq"],
  ),
  python(
    "fixtures of classes",
    'import pytest\nfrom lab import mount\n\n@pytest.fixture\ndef up():\n    mount()\n\n@pytest.mark.usefixtures("up")\nclass TestX:\n    def test_a(self):\n        pass\n',
    ["service:nfs"],
  ),
  python(
    "a part of a name",
    "from lab import mount, query\n\ndef test_one():\n    mount()\n\ndef test_two():\n    query()\n",
    ["service:nfs"],
    { command: "pytest -k one" },
  ),
  python("importlib", 'import importlib\n\ndef test_a():\n    importlib.import_module("lab").mount()\n', [
    "service:nfs",
  ]),
  python("a function of another module", "from lab import mount\n\ndef test_a():\n    mount()\n", ["service:nfs"], {
    chains: { "service:nfs": ["test_a test_a.py:3", "mount test_a.py:4"] },
  }),
  python("a module", "import lab\n\ndef test_a():\n    lab.query()\n", ["service:db"]),
  python("helper's helper", "from helper import go\n\ndef test_a():\n    go()\n", ["service:nfs"], {
    others: { "helper.py": "from lab import mount\n\ndef go():\n    inner()\n\ndef inner():\n    mount()\n" },
  }),
  python("not called", "from lab import mount, free\n\ndef test_a():\n    free()\n", []),
  python(
    "decorators",
    'from holdfast_library import requires\n\n@requires("service:nfs")\ndef helper():\n    pass\n\ndef test_a():\n    helper()\n',
    ["service:nfs"],
  ),
  python(
    "markers",
    'import pytest\n\n@pytest.mark.requires("service:nfs", "package:curl")\ndef test_a():\n    pass\n',
    ["package:curl", "service:nfs"],
  ),
  python(
    "markers of the module",
    'import pytest\npytestmark = [pytest.mark.requires("service:nfs")]\n\ndef test_a():\n    pass\n',
    ["service:nfs"],
  ),
  python(
    "fixtures",
    "import pytest\nfrom lab import mount\n\n@pytest.fixture\ndef home():\n    mount()\n    yield 1\n\ndef test_a(home):\n    pass\n",
    ["service:nfs"],
  ),
  python("fixtures of conftest", "def test_a(home):\n    pass\n", ["service:nfs"], {
    others: {
      "conftest.py":
        "import pytest\nfrom lab import mount, query\n\n@pytest.fixture\ndef home():\n    mount()\n\n@pytest.fixture\ndef other():\n    query()\n",
    },
  }),
  python("fixtures that are always used", "def test_a():\n    pass\n", ["service:nfs"], {
    others: {
      "conftest.py":
        "import pytest\nfrom lab import mount\n\n@pytest.fixture(autouse=True)\ndef home():\n    mount()\n",
    },
  }),
  python(
    "what fixtures give",
    "import pytest\nfrom lab import mount\n\nclass Home:\n    def open(self):\n        mount()\n\n@pytest.fixture\ndef home():\n    yield Home()\n\ndef test_a(home):\n    home.open()\n",
    ["service:nfs"],
  ),
  python(
    "methods",
    "from lab import mount, query\n\nclass Store:\n    def __init__(self):\n        self.x = 1\n    def open(self):\n        mount()\n    def close(self):\n        query()\n\ndef test_a():\n    Store().open()\n",
    ["service:nfs"],
  ),
  python(
    "inheritance",
    "from lab import mount, query\n\nclass A:\n    def run(self):\n        self.step()\n    def step(self):\n        query()\n\nclass B(A):\n    def step(self):\n        mount()\n\ndef test_a():\n    B().run()\n",
    ["service:nfs"],
  ),
  python(
    "super",
    "from lab import mount\n\nclass A:\n    def step(self):\n        mount()\n\nclass B(A):\n    def step(self):\n        super().step()\n\ndef test_a():\n    B().step()\n",
    ["service:nfs"],
  ),
  python(
    "properties",
    "from lab import mount\n\nclass A:\n    @property\n    def home(self):\n        mount()\n\ndef test_a():\n    assert A().home is None\n",
    ["service:nfs"],
  ),
  python(
    "context managers",
    "from lab import mount\n\nclass A:\n    def __enter__(self):\n        mount()\n        return self\n    def __exit__(self, *args):\n        pass\n\ndef test_a():\n    with A() as a:\n        pass\n",
    ["service:nfs"],
  ),
  python(
    "callbacks and lists",
    "from lab import mount, query\n\ndef run(f):\n    f()\n\ndef test_a():\n    for f in [mount]:\n        run(f)\n",
    ["service:nfs"],
  ),
  python(
    "keyword arguments",
    "from lab import mount\n\ndef run(*, action):\n    action()\n\ndef test_a():\n    run(action=mount)\n",
    ["service:nfs"],
  ),
  python(
    "dictionaries",
    'from lab import mount, query\n\ntable = {"a": mount, "b": query}\n\ndef test_a():\n    table["a"]()\n',
    ["service:nfs"],
  ),
  python(
    "test classes",
    "from lab import mount, query\n\nclass TestA:\n    def setup_method(self):\n        mount()\n    def test_a(self):\n        pass\n    def helper(self):\n        query()\n",
    ["service:nfs"],
  ),
  python(
    "unittest",
    "import unittest\nfrom lab import mount, query\n\nclass Case(unittest.TestCase):\n    def setUp(self):\n        mount()\n    def test_a(self):\n        pass\n",
    ["service:nfs"],
    { command: "python3 -m unittest test_a" },
  ),
  python(
    "unittest.main",
    "import unittest\nfrom lab import mount\n\nclass Case(unittest.TestCase):\n    def test_a(self):\n        mount()\n\nif __name__ == '__main__':\n    unittest.main()\n",
    ["service:nfs"],
    { command: "python3 test_a.py" },
  ),
  python(
    "one test",
    "from lab import mount, query\n\ndef test_a():\n    mount()\n\ndef test_b():\n    query()\n",
    ["service:db"],
    { command: "python -m pytest test_a.py::test_b" },
  ),
  python(
    "one test by name",
    "from lab import mount, query\n\ndef test_a():\n    mount()\n\ndef test_b():\n    query()\n",
    ["service:nfs"],
    { command: "pytest -k test_a" },
  ),
  python(
    "one method",
    "from lab import mount, query\n\nclass TestX:\n    def test_a(self):\n        mount()\n    def test_b(self):\n        query()\n",
    ["service:db"],
    { command: "pytest test_a.py::TestX::test_b" },
  ),
  python("packages", "from pkg.tools import go\n\ndef test_a():\n    go()\n", ["service:nfs"], {
    others: {
      "pkg/__init__.py": "",
      "pkg/tools.py": "from . import more\n\ndef go():\n    more.go()\n",
      "pkg/more.py": "from lab import mount\n\ndef go():\n    mount()\n",
    },
  }),
  python(
    "bound to an argument",
    'def need(name):\n    """:requires: package:{name}"""\n\ndef test_a():\n    need("curl")\n    need(name="jq")\n',
    ["package:curl", "package:jq"],
  ),
  python(
    "subprocess",
    'import subprocess\n\ndef test_a():\n    subprocess.run(["git", "status"])\n    subprocess.check_output("jq . x", shell=True)\n',
    ["command:git", "command:jq"],
  ),
  python(
    "avocado's dependencies",
    'def helper():\n    """Compiles.\n\n    :avocado: dependency={"type": "package", "name": "gcc"}\n    """\n\ndef test_a():\n    helper()\n',
    ["package:gcc"],
  ),
  python(
    "the library",
    "import holdfast_library\n\ndef test_a():\n    helper()\n\ndef helper():\n    deeper()\n\ndef deeper():\n    holdfast_library.nfs_mount()\n",
    ["service:nfs"],
  ),
  python(
    "a script",
    "from lab import mount\n\ndef main():\n    mount()\n\nif __name__ == '__main__':\n    main()\n",
    ["service:nfs"],
    { command: "python3 test_a.py" },
  ),
  python("getattr", 'import lab\n\ndef test_a():\n    getattr(lab, "mount")()\n', ["service:nfs"]),
  python("async", "from lab import mount\n\nasync def go():\n    mount()\n\nasync def test_a():\n    await go()\n", [
    "service:nfs",
  ]),
  python(
    "lambdas and comprehensions",
    "from lab import mount\n\ndef test_a():\n    [f() for f in [lambda: mount()]]\n",
    ["service:nfs"],
  ),
  python(
    "functions that decorate",
    "from lab import mount\nimport functools\n\ndef mounted(f):\n    @functools.wraps(f)\n    def wrapper(*args):\n        mount()\n        return f(*args)\n    return wrapper\n\n@mounted\ndef go():\n    pass\n\ndef test_a():\n    go()\n",
    ["service:nfs"],
  ),
  python(
    "types of parameters",
    "from lab import mount\n\nclass Store:\n    def open(self):\n        mount()\n\ndef go(store: Store):\n    store.open()\n\ndef test_a(unknown):\n    go(unknown)\n",
    ["service:nfs"],
  ),
];

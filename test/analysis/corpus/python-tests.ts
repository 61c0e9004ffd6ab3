import type { CorpusCase } from "./corpus.js";
import { python } from "./other-languages.js";

/** What pytest and unittest run. */
export const pythonTestCases: CorpusCase[] = [
  python(
    "calls in the defaults of parameters",
    "from lab import mount\ndef helper(home=mount()):\n    pass\ndef test_a():\n    pass\n",
    ["service:nfs"],
  ),
  python(
    "an object that is known only by its class",
    "from lab import mount\nclass Repo:\n    def load(self):\n        mount()\nclass Shop:\n    def __init__(self, repo: Repo):\n        self.repo = repo\n    def sell(self):\n        self.repo.load()\ndef test_a(shop: Shop):\n    shop.sell()\n",
    ["service:nfs"],
  ),
  python(
    "a fixture that overrides another one",
    "import pytest\n\n@pytest.fixture\ndef db(db):\n    return db\n\ndef test_a(db):\n    pass\n",
    ["service:db"],
    {
      others: { "conftest.py": "import pytest\nfrom lab import query\n@pytest.fixture\ndef db():\n    query()\n" },
    },
  ),
  python("hooks of conftest.py", "def test_a():\n    pass\n", ["service:db"], {
    others: { "conftest.py": "from lab import query\ndef pytest_sessionstart(session):\n    query()\n" },
  }),
  python("options of pytest.ini", "from lab import mount\n\ndef test_a():\n    mount()\n", [], {
    command: "pytest",
    others: {
      "pytest.ini": "[pytest]\naddopts = --ignore=test_a.py\npython_files = check_*.py\n",
      "check_b.py": "def test_b():\n    pass\n",
    },
  }),
  python(
    "plugins and fixtures of the command and of pytest.ini",
    "def test_a():\n    pass\n",
    ["service:db", "service:nfs"],
    {
      command: "pytest -p no:cacheprovider -p plug test_a.py",
      others: {
        "pytest.ini": "[pytest]\nusefixtures = share\n",
        "plug.py":
          "import pytest\nfrom lab import mount, query\n@pytest.fixture\ndef share():\n    mount()\ndef pytest_configure():\n    query()\n",
      },
    },
  ),
  python("packages around tests and modules", "def test_a():\n    pass\n", ["service:db", "service:nfs"], {
    command: "pytest tests && python3 -m kit.tool",
    others: {
      "tests/__init__.py": "from lab import query\nquery()\n",
      "tests/test_b.py": "def test_b():\n    pass\n",
      "kit/__init__.py": "from lab import mount\nmount()\n",
      "kit/tool.py": "print(1)\n",
    },
  }),
  python(
    "programs of the source that tests start",
    "import subprocess, sys\n\ndef test_a():\n    subprocess.run([sys.executable, 'tool.py'])\n",
    ["service:nfs"],
    {
      others: { "tool.py": "from lab import mount\nmount()\n" },
    },
  ),
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
  python(
    "fixtures with parameters",
    "import pytest\nfrom lab import mount, query\n@pytest.fixture(params=[mount])\ndef opener(request):\n    return request.param\n\n@pytest.fixture\ndef needed(request):\n    request.param()\n\n@pytest.mark.parametrize('needed', [query], indirect=True)\ndef test_a(opener, needed):\n    opener()\n",
    ["service:db", "service:nfs"],
  ),
  python(
    "rows with marks",
    "import pytest\n\n# requires: package:{name}\ndef need(name):\n    pass\n\n@pytest.mark.parametrize('name,other', [('curl', None), pytest.param('jq', 1, id='x')])\ndef test_a(name, other):\n    need(name)\n",
    ["package:curl", "package:jq"],
  ),
  python(
    "fixtures that set what the test uses",
    "import pytest\nfrom lab import mount, query\nclass TestX:\n    @pytest.fixture(autouse=True)\n    def _client(self):\n        self.go = mount\n    def test_a(self):\n        self.go()\n",
    ["service:nfs"],
  ),
  python(
    "fixtures of the whole module",
    "import pytest\nfrom lab import mount, query\n@pytest.fixture\ndef up():\n    mount()\n\npytestmark = pytest.mark.usefixtures('up')\n\ndef test_a():\n    pass\n",
    ["service:nfs"],
  ),
  python("plugins of conftest.py", "def test_a(db):\n    pass\n", ["service:db"], {
    others: {
      "conftest.py": "pytest_plugins = ['fx.db']\n",
      "fx/__init__.py": "",
      "fx/db.py": "import pytest\nfrom lab import query\n@pytest.fixture\ndef db():\n    query()\n",
    },
  }),
  python(
    "expressions of -k",
    "from lab import mount, query\nclass TestX:\n    def test_one(self):\n        mount()\n    def test_two(self):\n        query()\n",
    ["service:nfs"],
    { command: 'pytest -k "TestX and not two" test_a.py' },
  ),
  python(
    "markers of -m",
    "import pytest\nfrom lab import mount, query\n@pytest.mark.slow\ndef test_one():\n    mount()\n\ndef test_two():\n    query()\n",
    ["service:nfs"],
    { command: "pytest test_a.py -m slow" },
  ),
  python(
    "tests that are skipped",
    "import pytest\nfrom lab import mount, query\n@pytest.mark.skip(reason='x')\ndef test_a():\n    mount()\n\ndef test_b():\n    query()\n",
    ["service:db"],
  ),
  python(
    "what setUp of a base sets",
    "import unittest\nfrom lab import mount, query\nclass Base(unittest.TestCase):\n    def setUp(self):\n        self.go = mount\n\nclass T(Base):\n    def test_one(self):\n        self.go()\n    def test_two(self):\n        query()\n",
    ["service:nfs"],
    { command: "python3 -m unittest -k one test_a" },
  ),
  python("a pattern of unittest", "", ["service:nfs"], {
    command: 'python3 -m unittest discover -s tests -p "*_t.py"',
    others: {
      "tests/x_t.py":
        "import unittest\nfrom lab import mount\nclass T(unittest.TestCase):\n    def test_one(self):\n        mount()\n",
    },
  }),
  python(
    "a value that comes from a fixture",
    "import pytest\n\n# requires: package:{name}\ndef need(name):\n    pass\n\n@pytest.fixture\ndef name():\n    return 'curl'\n\ndef test_a(name):\n    need(name)\n",
    ["package:curl"],
  ),
];

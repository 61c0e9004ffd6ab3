import type { CorpusCase } from "./corpus.js";
import { python } from "./other-languages.js";

export const pythonCases: CorpusCase[] = [
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
    "operators are methods",
    "from lab import mount, query\nclass V:\n    def __add__(self, o):\n        mount()\n        return self\n    def __len__(self):\n        query()\n        return 1\n    def __sub__(self, o):\n        unknown()\n\ndef test_a():\n    v = V() + V()\n    len(v)\n",
    ["service:db", "service:nfs"],
  ),
  python(
    "comparison, membership and truth",
    "from lab import mount, query\nclass V:\n    def __contains__(self, o):\n        mount()\n    def __bool__(self):\n        query()\n\ndef test_a():\n    v = V()\n    1 in v\n    if v:\n        pass\n",
    ["service:db", "service:nfs"],
  ),
  python(
    "in-place operators and items",
    "from lab import mount, query\nclass V:\n    def __iadd__(self, o):\n        mount()\n        return self\n    def __setitem__(self, k, v):\n        query()\n\ndef test_a():\n    v = V()\n    v += 1\n    v[1] = 2\n",
    ["service:db", "service:nfs"],
  ),
  python(
    "attributes that are computed",
    "from lab import mount, query\nclass K:\n    def __getattr__(self, name):\n        mount()\n        return lambda: query()\n\ndef test_a():\n    K().anything()\n",
    ["service:db", "service:nfs"],
  ),
  python(
    "descriptors",
    "from lab import mount, query\nclass D:\n    def __get__(self, owner, kind=None):\n        mount()\n\nclass K:\n    d = D()\n\ndef test_a():\n    K().d\n",
    ["service:nfs"],
  ),
  python(
    "__new__ and __init_subclass__",
    "from lab import mount, query\nclass K:\n    def __new__(cls):\n        mount()\n        return super().__new__(cls)\n\nclass Base:\n    known = {}\n    def __init_subclass__(cls, key=None, **more):\n        Base.known[key] = cls\n\nclass One(Base, key='one'):\n    def go(self):\n        query()\n\ndef test_a():\n    K()\n    Base.known['one']().go()\n",
    ["service:db", "service:nfs"],
  ),
  python(
    "dataclasses that do something",
    "from dataclasses import dataclass, field\nfrom lab import mount, query\n@dataclass\nclass Job:\n    after: list = field(default_factory=lambda: [query])\n    def __post_init__(self):\n        mount()\n\ndef test_a():\n    for f in Job().after:\n        f()\n",
    ["service:db", "service:nfs"],
  ),
  python(
    "partial",
    "from functools import partial\nfrom lab import mount, query\n# requires: package:{name}\ndef install(name, force=False):\n    pass\n\ndef call(f):\n    f()\n\ndef test_a():\n    partial(install, 'curl', force=True)()\n    partial(call, mount)()\n    partial(call, query)\n",
    ["package:curl", "service:nfs"],
  ),
  python(
    "context managers of the standard library",
    "from contextlib import ExitStack, closing\nfrom lab import mount, query\nclass M:\n    def __enter__(self):\n        mount()\n    def __exit__(self, *error):\n        pass\n\nclass C:\n    def close(self):\n        query()\n\ndef test_a():\n    with ExitStack() as stack:\n        stack.enter_context(M())\n    with closing(C()):\n        pass\n",
    ["service:db", "service:nfs"],
  ),
  python(
    "threads of one's own",
    "import threading\nfrom lab import mount, query\nclass T(threading.Thread):\n    def run(self):\n        mount()\n    def other(self):\n        query()\n\ndef test_a():\n    T().start()\n",
    ["service:nfs"],
  ),
  python(
    "single dispatch",
    "from functools import singledispatch\nfrom lab import mount, query\n@singledispatch\ndef go(x):\n    pass\n\n@go.register\ndef _(x: int):\n    mount()\n\ndef test_a():\n    go(1)\n",
    ["service:nfs"],
  ),
  python(
    "options that are passed on",
    "from lab import mount, query\n# requires: package:{name}\ndef need(*, name):\n    pass\n\ndef run(*, f):\n    f()\n\ndef relay(*args, **options):\n    need(name=options['name'])\n    run(f=options['f'])\n\ndef plain(**options):\n    run(**options)\n\ndef test_a():\n    relay(name='curl', f=mount)\n    plain(f=query)\n",
    ["package:curl", "service:db", "service:nfs"],
  ),
  python(
    "unpacking with a star",
    "from lab import mount, query\ndef test_a():\n    first, *others = [query, mount]\n    others[0]()\n",
    ["service:nfs"],
  ),
  python(
    "members of an enum",
    "from enum import Enum\n\nclass P(Enum):\n    CURL = 'curl'\n    JQ = 'jq'\n\n# requires: package:{name}\ndef need(name):\n    pass\n\ndef test_a():\n    need(P.CURL.value)\n",
    ["package:curl"],
  ),
  python(
    "properties that are set and deleted",
    "from lab import mount, query\nclass P:\n    @property\n    def mode(self):\n        pass\n    @mode.setter\n    def mode(self, value):\n        mount()\n    @mode.deleter\n    def mode(self):\n        query()\n\ndef test_a():\n    P().mode = 1\n",
    ["service:nfs"],
  ),
  python(
    "programs by the event loop, by words and by a text that goes on",
    "import asyncio, os, shlex, subprocess\n\nasync def test_a():\n    folder = os.getcwd()\n    await asyncio.create_subprocess_exec('git', 'status')\n    await asyncio.create_subprocess_shell('jq .')\n    subprocess.run(shlex.split('tar c .'))\n    subprocess.run(f'gzip {folder} | wc', shell=True)\n    subprocess.run(f'unk{folder} x', shell=True)\n",
    ["command:git", "command:gzip", "command:jq", "command:tar", "command:wc"],
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

import type { CorpusCase } from "./corpus.js";
import { shell } from "./other-languages.js";

const run = { "kit/run.sh": "#!/bin/sh\n# requires: service:nfs\n\ntrue\n" };
const both = { ...run, "other.sh": "#!/bin/sh\n# requires: service:db\n\ntrue\n" };
const library = ". ./lib.sh\n";
const bash = { command: "bash a.sh" };

/** What commands print and read, and the folders into which scripts change. */
export const shellOutputCases: CorpusCase[] = [
  shell("pushd and popd", "pushd kit\n./run.sh\npopd\n./other.sh\n", ["service:db", "service:nfs"], {
    ...bash,
    others: both,
  }),
  shell("back to the folder before", "cd kit\n./run.sh\ncd -\n./other.sh\n", ["service:db", "service:nfs"], {
    others: both,
  }),
  shell("$OLDPWD", 'cd kit && ./run.sh\ncd "$OLDPWD"\n./other.sh\n', ["service:db", "service:nfs"], { others: both }),
  shell("the folder of a wrapper", "env -C kit ./run.sh\n", ["command:env", "service:nfs"], { others: run }),
  shell("a script on standard input", "bash < kit/run.sh\n", ["command:bash", "service:nfs"], { others: run }),
  shell(
    "files that ls and find print",
    'for file in $(ls kit/*.sh); do sh "$file"; done\nfind . -name "other.*" | while read -r file; do sh "$file"; done\n',
    ["command:find", "command:ls", "command:sh", "service:db", "service:nfs"],
    { others: both },
  ),
  shell(
    "only the files that grep leaves",
    'for file in $(ls kit | grep -v run); do sh "kit/$file"; done\n',
    ["command:grep", "command:ls", "command:sh", "service:db"],
    { others: { ...run, "kit/other.sh": both["other.sh"] } },
  ),
  shell("words of a file", `${library}while read -r call; do "$call"; done < calls.txt\n`, ["service:nfs"], {
    others: { "calls.txt": "mount_home\n" },
  }),
  shell(
    "test functions by their names in bash",
    `${library}test_a() { mount_home; }\nhelp_b() { query; }\nfor each in $(declare -F | grep test_ | cut -d' ' -f3); do $each; done\n`,
    ["command:cut", "command:grep", "service:nfs"],
    bash,
  ),
  shell(
    "test functions that compgen completes",
    `${library}test_a() { mount_home; }\nhelp_b() { query; }\nfor each in $(compgen -A function test_); do $each; done\n`,
    ["service:nfs"],
    bash,
  ),
  shell(
    "test functions that sed finds in the script",
    `${library}test_a() { mount_home; }\nhelp_b() { query; }\nfor each in $(sed -n 's/^\\(test_[a-z]*\\)().*/\\1/p' "$0"); do "$each"; done\n`,
    ["command:sed", "service:nfs"],
  ),
  shell(
    "tests of shunit2",
    `${library}oneTimeSetUp() { query; }\ntestHome() { mount_home; }\nhelper() { nothing; }\n. shunit2\n`,
    ["service:db", "service:nfs"],
  ),
  shell("scripts that run-parts runs", "run-parts kit\n", ["command:run-parts", "service:nfs"], { others: run }),
  shell(
    "a program on standard input that has arguments",
    "python3 - one two <<'EOF'\nfrom lab import mount\nmount()\nEOF\n",
    ["command:python3", "service:nfs"],
    { others: { "lab.py": 'def mount():\n    """:requires: service:nfs"""\n' } },
  ),
  shell(
    "a function with colons in its name",
    "# requires: service:nfs\nkit::mount() {\n  true\n}\nkit::mount\n",
    ["service:nfs"],
    bash,
  ),
  shell(
    "lines of a substitution",
    `${library}test_a() { mount_home; }\nhelp_b() { query; }\nmapfile -t tests < <(declare -F | awk '/test_/ {print $3}')\nfor each in "\${tests[@]}"; do "$each"; done\n`,
    ["command:awk", "service:nfs"],
    bash,
  ),
  shell(
    "parts of variables",
    `need() {\n  # requires: package:{0}\n  true\n}\nfile=./kit/CURL-dev.deb\nname=\${file##*/}\nname=\${name%.deb}\nname=\${name%%-*}\nneed "\${name,,}"\npair=jq:1\nneed "\${pair%%:*}"\nother=pair\nneed "\${!other}"\nneed "\${pair/:1/-dev}"\n`,
    ["package:curl", "package:jq", "package:jq-dev", "package:jq:1"],
    bash,
  ),
  shell(
    "numbers in braces, and indexes of an array",
    `${library}step1() { mount_home; }\nsteps=(query)\nfor n in {1..2}; do "step$n" || true; done\nfor n in "\${!steps[@]}"; do "\${steps[$n]}"; done\n`,
    ["command:step2", "service:db", "service:nfs"],
    bash,
  ),
  shell(
    "a file that is sourced only if it is there",
    '[ -f ./local.sh ] && . ./local.sh\n. "${LIB:-$(dirname "$0")}/lib.sh"\nmount_home\n',
    ["command:dirname", "service:nfs"],
  ),
  shell("a program of the source on the PATH", 'export PATH="$PWD/kit:$PATH"\nrun.sh\n', ["service:nfs"], {
    others: run,
  }),
  shell(
    "a command line of su, and of a network namespace",
    'su ann -c "./kit/run.sh"\nip netns exec lab ./other.sh\n',
    ["command:ip", "command:sh", "command:su", "service:db", "service:nfs"],
    { others: both },
  ),
  shell(
    "what a function provides",
    `${library}# provides: service:nfs\nstart() {\n  true\n}\nstart\nmount_home\nquery\n`,
    ["service:db"],
  ),
  shell(
    "a loop that changes its folder in each turn",
    "for place in kit more; do\n  (cd $place && ./run.sh)\ndone\n",
    ["service:db", "service:nfs"],
    { others: { ...run, "more/run.sh": both["other.sh"] } },
  ),
  shell(
    "a word that xargs puts into a command line",
    `need() {\n  # requires: package:{0}\n  true\n}\nexport -f need\necho jq | xargs -I{} bash -c 'need {}'\n`,
    ["command:bash", "command:xargs", "package:jq"],
    bash,
  ),
];

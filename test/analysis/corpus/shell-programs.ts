import type { CorpusCase } from "./corpus.js";
import { entry, shell } from "./other-languages.js";

/** What shell scripts, make and bats start and source. */
export const shellProgramCases: CorpusCase[] = [
  entry(
    "two scripts that source the same file",
    "sh one.sh && sh two.sh",
    {
      "one.sh": ". ./lib.sh\nmount_home\n",
      "two.sh": ". ./lib.sh\nquery\n",
      "lib.sh": "# requires: service:nfs\nmount_home() { :; }\n# requires: service:db\nquery() { :; }\n",
    },
    ["service:db", "service:nfs"],
  ),
  shell("variables of started scripts", "export FN=mount_home\nMODE=up sh b.sh\n", ["command:sh", "service:nfs"], {
    others: { "b.sh": '. ./lib.sh\n[ "$MODE" = up ] && "$FN"\n' },
  }),
  shell(
    "commands as the standard input of a shell",
    "bash <<'EOF'\n. ./lib.sh\nmount_home\nEOF\nsh -e <<< 'curl x'\nsh -s a <<E\njq $1\nE\n",
    ["command:bash", "command:curl", "command:jq", "command:sh", "service:nfs"],
  ),
  shell(
    "standard input of other programs",
    ". ./lib.sh\ncat <<'E' > x.sh\nmount_home\nE\nsh c.sh <<E\nquery\nE\n",
    ["command:cat", "command:sh"],
    { others: { "c.sh": "cat > /dev/null\n" } },
  ),
  entry(
    "files found from the script's own place",
    "sh tests/a.sh && sh tests/b.sh && sh tests/c.sh",
    {
      "tests/a.sh":
        'SCRIPT=$(realpath "${BASH_SOURCE[0]:-$0}")\nHERE=$(dirname -- "$SCRIPT")\n. "$HERE/lib/common.sh"\n',
      "tests/lib/common.sh": 'D=$(cd -- "$(dirname -- "$0")" > /dev/null 2>&1 && pwd)\n. "$D/../nfs.sh"\n',
      "tests/b.sh": 'ROOT="$(git rev-parse --show-toplevel)"\n. "$ROOT/db.sh"\n',
      "tests/c.sh": 'DIR=$(dirname "$0"); TOP=$(cd "$DIR/.." && pwd)\n. "$TOP/web.sh"\n',
      "tests/nfs.sh": "# requires: service:nfs\ntrue\n",
      "db.sh": "# requires: service:db\ntrue\n",
      "web.sh": "# requires: service:web\ntrue\n",
    },
    ["command:dirname", "command:git", "command:realpath", "service:db", "service:nfs", "service:web"],
  ),
  entry(
    "make: patterns, included files, names of the target",
    "make test-one",
    {
      Makefile: "include common.mk\ntest-%: prepare\n\t$(RUN) $*.sh\nprepare: ; gcc -o x x.c\n",
      "common.mk": "RUN := sh\nRUN += -e\n",
      "one.sh": "# requires: service:nfs\ntrue\n",
    },
    ["command:gcc", "command:sh", "service:nfs"],
  ),
  entry(
    "make",
    "make check",
    {
      Makefile:
        "RUN = sh -e\n.PHONY: all check\nall: build\ncheck: build \\\n  data\n\t@echo $$HOME\n\t$(RUN) a.sh up\nbuild:\n\tgcc -o x x.c\ndata:\n\tcd sub && $(MAKE) -C deep\nother:\n\tcurl x\n",
      "sub/deep/Makefile": "first:\n\tjq .\nsecond:\n\ttar x\n",
      "a.sh": '. ./lib.sh\ncase "$1" in up) mount_home;; esac\n',
      "lib.sh": "# requires: service:nfs\nmount_home() { :; }\n",
    },
    ["command:gcc", "command:jq", "command:make", "command:sh", "service:nfs"],
  ),
  entry("make without such a target", "make nothing", { Makefile: "check:\n\ttrue\n" }, [], { unread: true }),
  entry(
    "bats -f",
    'bats -f "^one" test',
    {
      "test/a.bats": "load helper\n@test 'one' { mount_home; }\n@test 'two' { query; }\n",
      "test/helper.bash": "# requires: service:nfs\nmount_home() { :; }\n# requires: service:db\nquery() { :; }\n",
    },
    ["service:nfs"],
  ),
];

import type { CorpusCase } from "./corpus.js";

export const scriptCases: CorpusCase[] = [
  {
    name: "bash assoc array",
    files: {
      "a.sh":
        'declare -A steps=([one]=first [two]=second)\nfirst() { # requires: service:one\n  :\n}\nsecond() { # requires: service:two\n  :\n}\n"${steps[two]}"\n',
    },
    command: "bash a.sh",
    requires: ["service:two"],
  },
  {
    name: "read loop",
    files: {
      "a.sh": "first() { # requires: service:one\n  :\n}\nwhile read -r step; do $step; done <<EOF\nfirst\nEOF\n",
    },
    command: "bash a.sh",
    requires: ["service:one"],
  },
  {
    name: "getopts",
    files: {
      "a.sh":
        "net() { # requires: service:net\n  :\n}\ndisk() { # requires: service:disk\n  :\n}\nwhile getopts nd opt; do\n  case $opt in\n    n) net ;;\n    d) disk ;;\n  esac\ndone\n",
    },
    command: "bash a.sh -n",
    requires: ["service:net"],
  },
  {
    name: "make define",
    files: {
      Makefile: "define run\n\tsh $(1).sh\nendef\nt:\n\t$(call run,a)\n",
      "a.sh": "# requires: service:a\ntrue\n",
    },
    command: "make t",
    requires: ["command:sh", "service:a"],
  },
  {
    name: "make foreach",
    files: {
      Makefile: "PARTS = a b\nt:\n\t$(foreach p,$(PARTS),sh $(p).sh;)\n",
      "a.sh": "# requires: service:a\ntrue\n",
      "b.sh": "# requires: service:b\ntrue\n",
    },
    command: "make t",
    requires: ["command:sh", "service:a", "service:b"],
  },
  {
    name: "make target var",
    files: {
      Makefile: "t: SCRIPT = a.sh\nt:\n\tsh $(SCRIPT)\n",
      "a.sh": "# requires: service:a\ntrue\n",
    },
    command: "make t",
    requires: ["command:sh", "service:a"],
  },
  {
    name: "make oneshell",
    files: {
      Makefile: ".ONESHELL:\nt:\n\tname=a\n\tsh $$name.sh\n",
      "a.sh": "# requires: service:a\ntrue\n",
    },
    command: "make t",
    requires: ["command:sh", "service:a"],
  },
  {
    name: "shell nameref",
    files: {
      "a.sh": 'one() { # requires: service:one\n  :\n}\ncall() { local -n ref=$1; "$ref"; }\nstep=one\ncall step\n',
    },
    command: "bash a.sh",
    requires: ["service:one"],
  },
  {
    name: "arrays",
    files: {
      "a.sh":
        'one() { # requires: service:one\n  :\n}\ntwo() { # requires: service:two\n  :\n}\nsteps=(one)\nsteps+=(two)\nfor s in "${steps[@]}"; do "$s"; done\n',
    },
    command: "bash a.sh",
    requires: ["service:one", "service:two"],
  },
  {
    name: "eval",
    files: {
      "a.sh": 'one() { # requires: service:one\n  :\n}\nx=one\neval "$x"\n',
    },
    command: "bash a.sh",
    requires: ["service:one"],
  },
  {
    name: "case arg",
    files: {
      "a.sh":
        'net() { # requires: service:net\n  :\n}\ndisk() { # requires: service:disk\n  :\n}\ncase "$1" in net) net;; disk) disk;; esac\n',
    },
    command: "bash a.sh net",
    requires: ["service:net"],
  },
  {
    name: "xargs",
    files: {
      "a.sh": "echo b.sh | xargs -n1 sh\n",
      "b.sh": "# requires: service:b\n:\n",
    },
    command: "bash a.sh",
    requires: ["command:sh", "command:xargs", "service:b"],
  },
  {
    name: "find exec",
    files: {
      "a.sh": 'find t -name "*.sh" -exec sh {} \\;\n',
      "t/b.sh": "# requires: service:b\n:\n",
    },
    command: "bash a.sh",
    requires: ["command:find", "command:sh", "service:b"],
  },
  {
    name: "trap",
    files: {
      "a.sh": "clean() { # requires: service:c\n  :\n}\ntrap clean EXIT\n",
    },
    command: "bash a.sh",
    requires: ["service:c"],
  },
];

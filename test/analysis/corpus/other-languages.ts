import { type CorpusCase, nfs } from "./corpus.js";

export const py = {
  "lab.py":
    'def mount():\n    """Mounts.\n\n    :requires: service:nfs\n    """\n\n# requires: service:db\ndef query():\n    pass\n\ndef free():\n    pass\n',
};
export const python = (
  name: string,
  text: string,
  requires: string[],
  more: Partial<CorpusCase> & { others?: Record<string, string> } = {},
): CorpusCase => ({
  name: `Python: ${name}`,
  files: { "test_a.py": text, ...py, ...more.others },
  command: "pytest test_a.py",
  requires,
  notUnderstood: [],
  ...more,
});
export const shell = (
  name: string,
  text: string,
  requires: string[],
  more: Partial<CorpusCase> & { others?: Record<string, string> } = {},
): CorpusCase => ({
  name: `Shell: ${name}`,
  files: {
    "a.sh": text,
    "lib.sh": "# requires: service:nfs\nmount_home() {\n  true\n}\nquery() {\n  # requires: service:db\n  true\n}\n",
    ...more.others,
  },
  command: "sh a.sh",
  requires,
  notUnderstood: [],
  ...more,
});
export const entry = (
  name: string,
  command: string,
  files: Record<string, string>,
  requires: string[],
  more: Partial<CorpusCase> = {},
): CorpusCase => ({
  name: `Entry: ${name}`,
  files: { "lib.ts": nfs, ...files },
  command,
  requires,
  notUnderstood: [],
  ...more,
});
export const uses = (name: "mount" | "query", up = ".") => `import { mount, query } from "${up}/lib.js";\n${name}();\n`;

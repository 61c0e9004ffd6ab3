import { casesOf, type CorpusCase, nfs } from "./corpus.js";

export const py = {
  "lab.py":
    'def mount():\n    """Mounts.\n\n    :requires: service:nfs\n    """\n\n# requires: service:db\ndef query():\n    pass\n\ndef free():\n    pass\n',
};
export const python = casesOf("Python: ", "test_a.py", py, "pytest test_a.py");
const sh = {
  "lib.sh": "# requires: service:nfs\nmount_home() {\n  true\n}\nquery() {\n  # requires: service:db\n  true\n}\n",
};
export const shell = casesOf("Shell: ", "a.sh", sh, "sh a.sh");
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

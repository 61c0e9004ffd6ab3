/** Commands that are built into a shell (POSIX and bash). They need no installation. */
const builtins = new Set(
  `. : [ [[ alias bg bind break builtin caller case cd command compgen complete continue declare dirs disown do done echo enable
  esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs kill let local logout mapfile popd
  printf pushd pwd read readarray readonly return select set shift shopt source suspend test then time times trap true type
  typeset ulimit umask unalias unset until wait while`.split(/\s+/),
);

export function isShellBuiltin(word: string): boolean {
  return builtins.has(word);
}

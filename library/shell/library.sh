# Functions that tests need. Each function declares its requirements. Source it:
#   . "$HOLDFAST_LIBRARY/library.sh"
# Holdfast reads the code of tests. A test that calls a function of this file, directly or indirectly, requires what the
# comment in the function says. For POSIX shells.

# Tells the grid that the test uses a service.
_holdfast_note_use() {
  if [ -n "${HOLDFAST_USE:-}" ]; then
    printf '{"service":"%s"}\n' "$1" 2>/dev/null >>"$HOLDFAST_USE" || true
  fi
}

# Prints host:port of a service.
holdfast_address() {
  _holdfast_note_use "$1"
  _holdfast_name=$(printf '%s' "$1" | tr 'a-z' 'A-Z' | tr -c 'A-Z0-9' '_')
  eval "_holdfast_value=\${HOLDFAST_SERVICE_$_holdfast_name:-}"
  if [ -z "$_holdfast_value" ]; then
    echo "HOLDFAST_SERVICE_$_holdfast_name is not set: this runs outside a job, or the grid knows no address of service:$1" >&2
    return 1
  fi
  printf '%s\n' "$_holdfast_value"
}

# Ends the test: a service is to blame, not the code. Holdfast checks this. Usage: holdfast_not_my_fault <service> <cause>
holdfast_not_my_fault() {
  _holdfast_cause=$(_holdfast_json "$2")
  if [ -n "${HOLDFAST_CLAIM:-}" ]; then
    printf '{"service":"%s","message":"%s"}\n' "$1" "$_holdfast_cause" 2>/dev/null >>"$HOLDFAST_CLAIM" || true
  fi
  echo "not my fault: $1: $2" >&2
  exit 75
}

# Ends the test as skipped. Usage: holdfast_skip <reason>
holdfast_skip() {
  echo "skipped: $1" >&2
  exit 77
}

# Tells the grid the version of something that takes part in the test. Usage: holdfast_version <name> <version>
holdfast_version() {
  if [ -n "${HOLDFAST_VERSIONS:-}" ]; then
    printf '{"name":"%s","version":"%s"}\n' "$(_holdfast_json "$1")" "$(_holdfast_json "$2")" 2>/dev/null >>"$HOLDFAST_VERSIONS" || true
  fi
}

# Prints a text as JSON writes it between quotes.
_holdfast_json() {
  printf '%s' "$1" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g' | cut -c1-2000
}

# Prints the folder where the service nfs is mounted.
holdfast_nfs_mount() {
  # requires: service:nfs
  _holdfast_note_use nfs
  _holdfast_folder=${HOLDFAST_MOUNT_NFS:-/mnt/nfs}
  if grep -qs " $_holdfast_folder " /proc/mounts; then
    printf '%s\n' "$_holdfast_folder"
  else
    holdfast_not_my_fault nfs "$_holdfast_folder is not mounted"
  fi
}

# Repeats a command until it succeeds. Usage: holdfast_wait_for <seconds> <command> [arguments]
holdfast_wait_for() {
  _holdfast_left=$1
  shift
  until "$@"; do
    _holdfast_left=$((_holdfast_left - 1))
    if [ "$_holdfast_left" -le 0 ]; then
      echo "this did not succeed in time: $*" >&2
      return 1
    fi
    sleep 1
  done
}

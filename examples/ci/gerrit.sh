#!/bin/sh
# Runs submit.sh for a change in Gerrit, and votes on it. Also needs GERRIT_HOST, GERRIT_PATCHSET_REVISION and ssh.
# Only broken code gets a negative vote.
set -u
report=$(sh "$(dirname "$0")/submit.sh" "${1:-.}")
code=$?
printf '%s\n' "$report"
last=$(printf '%s\n' "$report" | tail -n 1)
case "$code $last" in
  1*) vote=-1 ;;
  "0 pass") vote=+1 ;;
  *) vote=0 ;;
esac
ssh -p "${GERRIT_PORT:-29418}" "$GERRIT_HOST" \
  "gerrit review --verified $vote --message '\"$last\"' $GERRIT_PATCHSET_REVISION"
exit "$code"

# Runs a command and reports over a connection, five times a second, that it runs: bash present.sh <host> <port> <command>
{ exec 3<>"/dev/tcp/$1/$2" && echo "$HOLDFAST_JOB $HOLDFAST_ATTEMPT" >&3; } 2>/dev/null
(
  exec 4<> <(:)
  while echo here >&3; do read -r -t 0.2 -u 4 _; done
) </dev/null >/dev/null 2>&1 &
trap "kill $! 2>/dev/null" EXIT
eval "$3"

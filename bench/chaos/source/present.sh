# Runs a command while it holds a connection to those who know which attempts run: bash present.sh <host> <port> <command>
{ exec 3<>"/dev/tcp/$1/$2" && echo "$HOLDFAST_JOB $HOLDFAST_ATTEMPT" >&3; } 2>/dev/null
eval "$3"

# Writes 8 MB, waits, and reads them again.
set -e
head -c 8388608 /dev/zero > "$TMPDIR/first"
sleep "$1"
cp "$TMPDIR/first" "$TMPDIR/second"
cmp "$TMPDIR/first" "$TMPDIR/second"

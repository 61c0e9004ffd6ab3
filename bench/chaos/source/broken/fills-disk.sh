# Writes until the disk is full. If nothing stops it, it gives up at 600 MB.
head -c 629145600 /dev/zero > "$TMPDIR/all"
sleep 0.5
exit 1

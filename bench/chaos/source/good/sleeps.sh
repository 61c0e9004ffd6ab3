# Waits, as a test does that waits for its program.
sleep "$1"

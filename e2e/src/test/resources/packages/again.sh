#!/bin/bash
# again.sh WORK PACKAGE: what Maven has built is packed twice, the second time with another umask, time zone, locale, path and
# file system: all bytes are the same. Ends with the first thing that is not as it should be.
set -euo pipefail
work=$1 package=$2
fail() {
  echo "FAILED: $*"
  exit 1
}
"$package" --built --fast --into "$work/first" >"$work/log" 2>&1 || fail "$(cat "$work/log")"
memory=$work
[ ! -w /dev/shm ] || memory=$(mktemp -d /dev/shm/rdpg-plan-test-XXXXXX)
trap 'rm -rf "$memory"' EXIT
(
  umask 077
  export TMPDIR=$memory/elsewhere TZ=Pacific/Kiritimati LC_ALL=C LANG=tr_TR.UTF-8
  mkdir "$TMPDIR"
  exec "$package" --built --fast --check "$work/first"
) >"$work/log" 2>&1 || fail "$(cat "$work/log")"

echo x >>"$(echo "$work"/first/*-maven.tar.gz)"
! "$package" --built --fast --check "$work/first" maven >"$work/log" 2>&1 || fail "another byte is not found"
grep -q 'another build gives other bytes' "$work/log" || fail "it fails for another reason: $(cat "$work/log")"
echo "fine"

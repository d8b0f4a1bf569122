#!/bin/sh
# Tests @NAME@.yml on real servers: it is valid and formatted, its preview and its apply fail
# nowhere, and afterwards there is nothing left to do.
#
#   ./@NAME@.test.sh                    on the default inventory: the lab
#   ./@NAME@.test.sh -i lab.yml -l sc1  options go to rdpg-plan
#
# It performs the plan, so never use it on a production inventory. A lab is started when it
# is not running, and keeps running: `rdpg-plan lab down` removes it.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
plan=$here/@NAME@.yml

# The rdpg-plan to test with: $RDPG_PLAN, else that of the checkout around, else that of the PATH.
rdpg_plan=${RDPG_PLAN:-}
directory=$here
while [ -z "$rdpg_plan" ] && [ "$directory" != / ]; do
  if [ -f "$directory/rdpg-plan" ] && [ -x "$directory/rdpg-plan" ]; then
    rdpg_plan=$directory/rdpg-plan
  fi
  directory=$(dirname -- "$directory")
done
rdpg_plan=${rdpg_plan:-rdpg-plan}

begin() {
  printf '\n--- @NAME@: %s\n' "$1"
}

fail() {
  printf '\n@NAME@: FAILED: %s\n' "$1" >&2
  exit 1
}

begin "is it valid?"
"$rdpg_plan" validate "$plan" "$@" || fail "it is not valid"

begin "is it formatted?"
"$rdpg_plan" fmt --check --diff "$plan" || fail "rdpg-plan fmt would change it"

begin "preview"
"$rdpg_plan" apply "$plan" --dry-run "$@" || fail "its preview fails"

begin "apply"
"$rdpg_plan" apply "$plan" "$@" || fail "it can't be applied"

begin "is there nothing left to do?"
status=0
"$rdpg_plan" apply "$plan" --dry-run --detailed-exitcode "$@" || status=$?
case $status in
  0) ;;
  10) fail "applied, but there is still something to do: check each step's condition" ;;
  *) fail "its preview fails after it was applied" ;;
esac

printf '\n@NAME@: passed\n'

#!/bin/bash
# no-release.sh WORK CHECKOUT: what is no release, in a clone of the checkout in WORK: one that is refused, and one that is
# killed, leave everything as it was. Ends with the first thing that is not as it should be.
set -euo pipefail
. "$(dirname "$0")/throw-away.sh"
work=$1
fail() {
  echo "FAILED: $*"
  exit 1
}
export GNUPGHOME=$work/gnupg
export TMPDIR=$work/tmp # what is killed leaves its own there
mkdir -m 700 "$GNUPGHOME" "$TMPDIR"
throw_away "$2" "$work/clone"
cd "$work/clone"
mkdir -p target/packages
echo older >target/packages/older
state() {
  git rev-parse HEAD
  git for-each-ref
  git status --porcelain
  git diff
  cat CHANGELOG.md pom.xml target/packages/*
}
refused() { # TEXT ARGUMENT...
  before=$(state)
  ! scripts/release "${@:2}" >"$work/out" 2>&1 || fail "released: ${*:2}"
  grep -qF -- "$1" "$work/out" || fail "it does not say '$1' but: $(cat "$work/out")"
  [ "$(state)" = "$before" ] || fail "refused, but not without traces: ${*:2}"
}

echo "refused"
refused "scripts/release VERSION"
refused "is not a version" 1.0
refused "is not a version" 99.0.0-rc1
refused "gpg has no secret key" 99.0.0 --key nobody@example.org
echo >>CHANGELOG.md
refused "the tree is dirty" 99.0.0
refused "CHANGELOG.md" 99.0.0
git checkout -q CHANGELOG.md
touch untracked
refused "untracked" 99.0.0
rm untracked
git tag -m released v99.0.0
refused "v99.0.0 has been released" 99.0.0
refused "98.0.0 is older than the last release, v99.0.0" 98.0.0
git tag -d v99.0.0 >"$work/out"
sed -i '/^## \[Unreleased\]/,/^## \[[0-9]/{/^- /d}' CHANGELOG.md
git commit -q -a -m "No news"
refused "CHANGELOG.md has no entries below [Unreleased]" 99.0.0
git reset -q --hard HEAD~

echo "killed while Maven builds"
before=$(state)
setsid scripts/release 99.0.0 --fast >"$work/out" 2>&1 &
release=$!
trap 'kill -KILL -- "-$release" 2>/dev/null || true' EXIT
builds() { # in a work tree of its own
  source=$(git worktree list --porcelain | sed -n 's|^worktree \(.*/source\)$|\1|p')
  [ -n "$source" ] && [ -d "$source/engine/target" ]
}
for _ in $(seq 1200); do
  ! builds || break
  kill -0 "$release" 2>/dev/null || fail "it ended: $(cat "$work/out")"
  sleep 0.1
done
builds || fail "it never builds"
kill -KILL -- "-$release"
wait "$release" 2>/dev/null || true
trap - EXIT
[ "$(state)" = "$before" ] || fail "a killed release leaves traces: $(state | head -n 20)"

echo "another at the same time"
(
  exec 9>target/release.lock
  flock 9
  refused "another release is being made here" 99.0.0
)

echo "what a build refuses"
echo 'no Java' >engine/src/main/java/io/rdpg/plan/package-info.java
git commit -q -a -m "Broken"
refused "the build failed" 99.0.0 --fast
[ ! -e target/release ] && [ "$(git worktree list | wc -l)" -le 2 ] || fail "it leaves its files: $(git worktree list)"
echo "fine"

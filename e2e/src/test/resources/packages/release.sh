#!/bin/bash
# release.sh WORK CHECKOUT: releases version 99.0.0 of the checkout from a clone in WORK, with a key made for it; both are
# thrown away with WORK. Ends with the first thing that is not as it should be.
set -euo pipefail
. "$(dirname "$0")/throw-away.sh"
work=$1 clone=$1/clone
fail() {
  echo "FAILED: $*"
  exit 1
}
export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
trap 'gpgconf --kill all' EXIT
gpg --batch --quiet --passphrase '' --quick-gen-key release@example.org ed25519 sign never
throw_away "$2" "$clone"
cd "$clone"
before=$(git rev-parse HEAD)
sed -n '/^## \[Unreleased\]/,/^## \[[0-9]/p' CHANGELOG.md >"$work/news"
news=$(grep -m 1 '^- ' "$work/news")
mkdir -p target/packages
touch target/packages/of-an-older-release

scripts/release 99.0.0 --key release@example.org --fast >"$work/release.log" 2>&1 || fail "$(cat "$work/release.log")"

[ -z "$(git status --porcelain)" ] || fail "it leaves a dirty tree: $(git status --short)"
[ ! -e target/release ] || fail "it leaves its files: $(ls target/release)"
[ "$(git worktree list | wc -l)" = 1 ] || fail "it leaves a work tree: $(git worktree list)"
[ "$(git log --format=%s "$before..HEAD")" = $'Begin 99.1.0\nRelease 99.0.0' ] || fail "other commits: $(git log --oneline -n 3)"
git verify-tag v99.0.0 2>"$work/verify" || fail "the tag is not signed: $(cat "$work/verify")"
[ "$(git rev-parse 'v99.0.0^{commit}')" = "$(git rev-parse HEAD~)" ] || fail "another commit has the tag"
grep -q '<revision>99.1.0-SNAPSHOT</revision>' pom.xml || fail "the next version is another one"
git show v99.0.0:pom.xml >"$work/pom.xml"
git show v99.0.0:CHANGELOG.md >"$work/changelog"
grep -q '<revision>99.0.0</revision>' "$work/pom.xml" || fail "the released version is another one"
sed -n '/^## \[99.0.0\] - 20[0-9-]*$/,$p' "$work/changelog" >"$work/section"
grep -qF -- "$news" "$work/section" ||
  fail "the changelog has no section of the release with: $news"
! sed -n '/^## \[Unreleased\]/,/^## \[99/p' CHANGELOG.md | grep '^- ' || fail "what was released is still unreleased"

cd target/packages
[ ! -e of-an-older-release ] || fail "what was there is now part of the release"
sha256sum --quiet -c SHA256SUMS || fail "wrong checksums"
gpg --batch --quiet --verify SHA256SUMS.asc SHA256SUMS 2>"$work/verify" || fail "the checksums are not signed: $(cat "$work/verify")"
for package in *.deb *.rpm *.tar *.tar.gz; do
  [ -s "$package.cdx.json" ] && grep -q "$(sha256sum <"$package" | cut -d ' ' -f 1)" "$package.cdx.json" ||
    fail "$package has no bill of materials"
  grep -q " $package\$" SHA256SUMS || fail "$package has no checksum"
  case $package in *99.0.0*) ;; *) fail "$package is of another version" ;; esac
done
# shellcheck disable=SC2012 # no odd names
[ "$(ls | grep -c -e '\.deb$' -e '\.rpm$' -e '-linux-.*\.tar\.gz$' -e '99\.0\.0\.tar\.gz$' -e '-maven\.tar\.gz$')" = 5 ] ||
  fail "a package is missing: $(ls)"
[ -s apt/dists/stable/InRelease ] || fail "there is no repository for apt: $(ls)"
echo "fine"

#!/bin/bash
# apt.sh WORK APT_REPOSITORY DEB: makes a repository, and lets apt fetch the package from it; then changes it.
set -euo pipefail
work=$1 make=$2 deb=$3
fail() {
  echo "FAILED: $*"
  exit 1
}
cd "$work"
export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
trap 'gpgconf --kill all' EXIT
gpg --batch --quiet --passphrase '' --quick-gen-key release@example.org ed25519 sign never
"$make" repository release@example.org "$deb"

mkdir -p lists/partial cache/archives/partial
echo "deb [signed-by=$work/repository/rdpg-plan.asc] copy:$work/repository stable main" >sources.list
cat >apt.conf <<CONF
Dir::State::lists "$work/lists";
Dir::Cache "$work/cache";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "$(id -un)";
CONF
export APT_CONFIG=$work/apt.conf
apt-get -qq update || fail "apt refuses the repository"
apt-get -qq download rdpg-plan || fail "apt does not find the package"
cmp rdpg-plan_*.deb "$deb" || fail "apt fetched another package"

rm repository/dists/stable/main/binary-*/Packages.gz
sed -i 's/^Version: /&9/' repository/dists/stable/main/binary-*/Packages
rm -rf lists/*
mkdir -p lists/partial
! apt-get -qq -o APT::Update::Error-Mode=any update 2>update.log || fail "apt takes an index that was changed"
sed -i 's/^Suite: .*/Suite: other/' repository/dists/stable/InRelease
! apt-get -qq -o APT::Update::Error-Mode=any update 2>update.log || fail "apt takes a release file that was changed"
echo "fine"

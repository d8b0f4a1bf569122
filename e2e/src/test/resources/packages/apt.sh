#!/bin/bash
# apt.sh WORK REPOSITORY JAVA_HOME APT_REPOSITORY GNUPGHOME NEXT_DEB: apt, in a root file system that mmdebstrap makes of
# Debian's archive, installs from a release's repository that a web server hands out, and refuses one in which a byte was
# changed; then a run over SSH from there, and an upgrade to what APT_REPOSITORY, with the key in GNUPGHOME, adds. The
# root has no Java, no Maven and no network but loopback. Needs root; ends with the first thing that is not as it should be.
set -euo pipefail
work=$1 repository=$2 java=$3 add=$4 keys=$5 next=$6
root=$work/root
fail() {
  echo "FAILED: $*"
  exit 1
}
if [ "${INSIDE:-}" != yes ]; then
  mmdebstrap --quiet --variant=apt --include=openssh-server "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" \
    >"$work/mmdebstrap.log" 2>&1 || fail "mmdebstrap: $(cat "$work/mmdebstrap.log")"
  INSIDE=yes exec unshare --mount --net --pid --fork --kill-child "$0" "$@"
fi
export LC_ALL=C.UTF-8
within() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
use() { # DIRECTORY [KEY]: the web server's, for apt
  echo "deb [signed-by=${2:-/usr/share/keyrings/rdpg-plan.asc}] http://127.0.0.1:8000/$1 stable main" \
    >"$root/etc/apt/sources.list.d/rdpg-plan.list"
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb
}
update() { within apt-get -q -o APT::Update::Error-Mode=any update >"$work/out" 2>&1; }
install() { within apt-get -q -y install rdpg-plan >"$work/out" 2>&1; }
wait_until() {
  for _ in $(seq 1200); do
    ! "$@" || return 0
    sleep 0.1
  done
  fail "never: $*"
}

mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
ip link set lo up
rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
! within sh -c 'command -v java mvn' || fail "there is a Java"

mkdir "$work/web"
cp -r "$repository" "$work/web/good"
for changed in packages release inline deb; do
  cp -r "$repository" "$work/web/$changed"
done
sed -i 's/^Version: /&9/' "$work"/web/packages/dists/stable/main/binary-*/Packages
rm "$work"/web/packages/dists/stable/main/binary-*/Packages.gz
rm "$work/web/release/dists/stable/InRelease"
sed -i 's/^Suite: .*/Suite: other/' "$work/web/release/dists/stable/Release"
sed -i 's/^Suite: .*/Suite: other/' "$work/web/inline/dists/stable/InRelease"
printf changed | dd of="$(echo "$work"/web/deb/pool/*.deb)" bs=1 seek=100000 conv=notrunc status=none
"$java/bin/jwebserver" -b 127.0.0.1 -p 8000 -d "$work/web" >"$work/web.log" 2>&1 &
key=/usr/share/keyrings/rdpg-plan.asc
wait_until within /usr/lib/apt/apt-helper download-file http://127.0.0.1:8000/good/rdpg-plan.asc "$key" >"$work/key.log" 2>&1

refuses() { # WHERE WHY
  ! update || fail "apt takes $1: $(cat "$work/out")"
  grep -q "$2" "$work/out" || fail "apt refuses $1 for another reason: $(cat "$work/out")"
}
echo "what was changed is refused"
use packages
refuses "an index that was changed" 'Hash Sum mismatch\|unexpected size'
use release
refuses "a release file that was changed" BADSIG
use inline
refuses "a signed release file that was changed" BADSIG
use good /usr/share/keyrings/debian-archive-keyring.gpg
refuses "another's signature" NO_PUBKEY
use deb
update || fail "the index was not changed: $(cat "$work/out")"
! install || fail "apt installs a package that was changed"
grep -q 'Hash Sum mismatch' "$work/out" || fail "it is refused for another reason: $(cat "$work/out")"
! within dpkg -s rdpg-plan >"$work/out" 2>&1 || fail "what was changed is installed"

echo "install"
use good
update || fail "apt refuses the repository: $(cat "$work/out")"
install || fail "apt does not install it: $(cat "$work/out")"
! grep '^W:' "$work/out" || fail "apt warns"
within rdpg-plan --version >"$work/out" 2>&1 || fail "it does not start: $(cat "$work/out")"
for line in 'rdpg-plan 99\.0\.0' 'commit [0-9a-f]\{40\}' 'Java 25.*'; do
  grep -qx "$line" "$work/out" || fail "no '$line' in $(cat "$work/out")"
done
grep -q . "$root"/usr/lib/rdpg-plan/current/lib/rdpg-plan-*.aot || fail "no AOT cache was made"
[ -s "$root/usr/share/rdpg-plan/plans/bootstrap.yml" ] || fail "no plans in /usr/share/rdpg-plan"

echo "a run over SSH"
mkdir -p "$root/run/sshd" "$root/root/.ssh"
within ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
cp "$root/root/.ssh/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
within /usr/sbin/sshd -p 2222 -o ListenAddress=127.0.0.1 -o UsePAM=no
within sh -c 'ssh-keyscan -p 2222 127.0.0.1 2>/dev/null' >"$root/root/.ssh/known_hosts"
cat >"$root/etc/rdpg-plan/inventories/site.yml" <<'INVENTORY'
all: {hosts: {here: {ansible_host: 127.0.0.1, ansible_port: 2222, ansible_user: root}}}
INVENTORY
cat >"$root/etc/rdpg-plan/plans/site.yml" <<'PLAN'
plan: site
steps:
  - name: over SSH
    command: {run: [sh, -c, 'echo "$SSH_CONNECTION" >/root/over-ssh'], unless: [test, -e, /root/over-ssh]}
PLAN
within rdpg-plan validate site -i site >"$work/out" 2>&1 || fail "validate: $(cat "$work/out")"
within rdpg-plan apply site -i site >"$work/out" 2>&1 || fail "apply: $(cat "$work/out")"
grep -q '^127.0.0.1 .* 2222$' "$root/root/over-ssh" || fail "the command did not run over SSH: $(cat "$work/out")"
within rdpg-plan apply site -i site >"$work/out" 2>&1 || fail "once more: $(cat "$work/out")"
grep -q 'In sync' "$work/out" || fail "not in sync: $(cat "$work/out")"

echo "upgrade"
GNUPGHOME=$keys "$add" "$work/web/good" release@example.org "$next" >"$work/out" 2>&1 || fail "$add: $(cat "$work/out")"
update || fail "apt refuses the repository with another version: $(cat "$work/out")"
within apt-get -q -y upgrade >"$work/out" 2>&1 || fail "apt does not upgrade: $(cat "$work/out")"
within dpkg-query -W -f '${Version}\n' rdpg-plan | grep -qx '99.0.0+next' || fail "not upgraded: $(cat "$work/out")"
within rdpg-plan apply site -i site >"$work/out" 2>&1 || fail "it does not run after the upgrade: $(cat "$work/out")"
echo "fine"

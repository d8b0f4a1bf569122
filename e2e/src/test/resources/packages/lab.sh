#!/bin/bash
# lab.sh WORK DEB CONSUL: bootstraps the lab's service cluster by the installed package in a bare root below WORK that has the lab's programs:
# no Java, no Maven, no network but loopback. Needs root; ends with the first thing that is not as it should be.
set -euo pipefail
[ "${INSIDE:-}" = yes ] || INSIDE=yes exec unshare --mount --net --pid --fork --kill-child "$0" "$@"
. "$(dirname "$0")/bare-root.sh"
work=$1 deb=$2 consul=$3
root=$work/root
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8

fail() {
  echo "FAILED: $*"
  exit 1
}
within() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin HOME=/root RDPG_PLAN_INVENTORY=services "$@" </dev/null >"$work/out" 2>&1; }

# shellcheck disable=SC2046 # names of packages are words
bare_root "$root" openssh-server openssh-client pgbouncer haproxy xz-utils tar gzip perl \
  $(dpkg-query -W -f '${Package}\n' 'postgresql-client*')
echo "sshd:x:100:65534::/run/sshd:/usr/sbin/nologin" >>"$root/etc/passwd" # as its package does, whose scripts did not run
install "$consul" "$root/usr/bin/consul"
ip link set lo up
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
chmod 1777 "$root/tmp"
! within sh -c 'command -v java mvn' || fail "there is a Java"
dpkg --root="$root" -i "$deb" >"$work/dpkg.log" 2>&1 || fail "$(cat "$work/dpkg.log")"

sed '/^    rdpgmc:/,/^    rdpgsc1:/{/^    rdpgsc1:/!d}' "$root/usr/lib/rdpg-plan/current/inventories/lab.yml" \
  >"$root/etc/rdpg-plan/inventories/services.yml"
within rdpg-plan lab up || fail "lab up: $(cat "$work/out")"
within rdpg-plan apply bootstrap || fail "bootstrap: $(cat "$work/out")"
within rdpg-plan apply bootstrap || fail "once more: $(cat "$work/out")"
grep -q 'In sync' "$work/out" || fail "not in sync: $(cat "$work/out")"
tries=0 # a new check is critical until it has run
until within rdpg-plan status || [ "$tries" = 60 ]; do
  tries=$((tries + 1))
  sleep 2
done
within rdpg-plan status || fail "status: $(cat "$work/out")"
within rdpg-plan lab down || fail "lab down: $(cat "$work/out")"
echo "fine"

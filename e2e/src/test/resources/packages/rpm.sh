#!/bin/bash
# rpm.sh WORK RPM: installs, uses, installs again and removes the package in a bare root below WORK by this machine's rpm,
# which finds there none of the packages that this one requires. Runs by itself in namespaces without a network, as root
# there; ends with the first thing that is not as it should be.
set -euo pipefail
if [ "${INSIDE:-}" != yes ]; then
  user=()
  [ "$(id -u)" = 0 ] || user=(--map-root-user)
  INSIDE=yes exec unshare "${user[@]}" --mount --net --pid --fork --kill-child "$0" "$@"
fi
. "$(dirname "$0")/bare-root.sh"
work=$1 rpm=$2
root=$work/root
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8

fail() {
  echo "FAILED: $*"
  exit 1
}
within() { chroot "$root" env -i PATH=/usr/bin:/bin HOME=/root "$@"; }
package() { rpm --root "$root" --nodeps "$@" >"$work/rpm.log" 2>&1 || fail "rpm $*: $(cat "$work/rpm.log")"; }

bare_root "$root"
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"

required=$(rpm --query --requires --package "$rpm" | grep -v '^rpmlib(' | sort -u | xargs)
[ "$required" = "/bin/sh coreutils glibc util-linux" ] || fail "it requires $required"
rpm --query --list --package "$rpm" >"$work/list"
rpm --query --configfiles --package "$rpm" | grep -qx /etc/rdpg-plan/apply.env || fail "apply.env is replaced by upgrades"
for file in /usr/bin/rdpg-plan /usr/share/man/man1/rdpg-plan-apply.1.gz /usr/lib/systemd/system/rdpg-plan-apply@.timer \
  /usr/share/bash-completion/completions/rdpg-plan /usr/share/rdpg-plan; do
  grep -qx "$file" "$work/list" || fail "it has no $file"
done

echo "install"
package --install "$rpm"
within rdpg-plan --version >"$work/version" || fail "it does not start"
grep -q '^rdpg-plan ' "$work/version" || fail "no version: $(cat "$work/version")"
grep -q . "$root"/usr/lib/rdpg-plan/current/lib/rdpg-plan-*.aot || fail "no AOT cache was made"
within rdpg-plan validate bootstrap >"$work/validate" 2>&1 || true
rpm --root "$root" --verify --nodeps rdpg-plan >"$work/verify" || fail "installed otherwise than packed: $(cat "$work/verify")"

echo "once more, as an upgrade"
echo 'RDPG_PLAN_INVENTORY=site' >>"$root/etc/rdpg-plan/apply.env"
echo 'all: {hosts: {here: {ansible_host: 127.0.0.1}}}' >"$root/etc/rdpg-plan/inventories/site.yml"
package --upgrade --replacepkgs "$rpm"
grep -q '^RDPG_PLAN_INVENTORY=site' "$root/etc/rdpg-plan/apply.env" || fail "an upgrade takes the site's settings"
within rdpg-plan --version >"$work/version" || fail "it does not start after an upgrade"

echo "remove"
package --erase rdpg-plan
[ ! -e "$root/usr/lib/rdpg-plan" ] || fail "left: $(find "$root/usr/lib/rdpg-plan" | head)"
[ ! -L "$root/usr/bin/rdpg-plan" ] || fail "left: /usr/bin/rdpg-plan"
[ -s "$root/etc/rdpg-plan/inventories/site.yml" ] || fail "removal takes the site's inventory"
grep -q '^RDPG_PLAN_INVENTORY=site' "$root"/etc/rdpg-plan/apply.env* || fail "removal takes the site's settings"
echo "fine"

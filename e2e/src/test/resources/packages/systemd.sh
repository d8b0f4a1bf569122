#!/bin/bash
# systemd.sh WORK DEB NEXT_DEB: a machine of namespaces below WORK whose init is systemd: the package's service and timer
# apply a plan there, with a credential, and while they do the package is upgraded and removed. Needs root, this machine's
# systemd and a cgroup2 file system; ends with the first thing that is not as it should be.
set -euo pipefail
if [ "${INSIDE:-}" != yes ]; then
  # systemd takes the cgroup that it finds itself in for its own.
  cgroups=$(findmnt --first-only --noheadings --types cgroup2 --output TARGET) || { echo "FAILED: no cgroup2" && exit 1; }
  cgroup=$cgroups$(sed -n 's/^0:://p' /proc/self/cgroup)/rdpg-plan-test-$$
  mkdir -p "$cgroup"
  clean_up() { # once all that was in it is gone
    for _ in $(seq 100); do
      ! find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || return 0
      sleep 0.1
    done
  }
  trap clean_up EXIT
  # shellcheck disable=SC2016 # expanded there
  INSIDE=yes bash -c 'echo $$ >"$0/cgroup.procs" && exec unshare --mount --net --ipc --uts --cgroup "$@"' "$cgroup" "$0" "$@"
  exit
fi
. "$(dirname "$0")/bare-root.sh"
work=$1 deb=$2 next=$3
root=$work/machine
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8

fail() {
  echo "FAILED: $*"
  within journalctl --no-pager --quiet --lines 60 || true
  exit 1
}
# Of the machine's processes, though what runs is this machine's dpkg, for one.
inside() { nsenter --target "$init" --pid -- "$@"; }
within() { inside chroot "$root" env -i PATH=/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8 SYSTEMD_PAGER= "$@"; }
package() { inside dpkg --root="$root" --force-confdef "$@" >"$work/dpkg.log" 2>&1 || fail "dpkg $*: $(cat "$work/dpkg.log")"; }
wait_until() {
  for _ in $(seq 1200); do
    ! "$@" || return 0
    sleep 0.1
  done
  fail "never: $*"
}
property() { within systemctl show --value --property "$1" "$2"; }
is() { [ "$(property "$1" "$2")" = "$3" ]; }
is_over() { # also one that the timer had just begun when its program was removed (EXIT_EXEC, systemd.exec(5))
  is ActiveState "$1" inactive || { is ActiveState "$1" failed && is ExecMainStatus "$1" 203; }
}
journal() { within journalctl --no-pager --output cat --unit "rdpg-plan-apply@$1.service"; }
runs() { find "$root/var/lib/rdpg-plan/runs" -name events.ndjson 2>/dev/null | wc -l; }
more_runs_than() { [ "$(runs)" -gt "$1" ]; }

echo "boot"
bare_root "$root" systemd libpam-modules
printf '%s\n' 'auth sufficient pam_rootok.so' 'account required pam_permit.so' \
  'session required pam_permit.so' >"$root/etc/pam.d/su"
hostname machine
ip link set lo up
mount --bind "$root" "$root"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 console:1:3; do
  IFS=: read -r name major minor <<<"$device"
  mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done
mkdir "$root"/dev/{pts,shm}
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mkdir -p "$root/etc/systemd/system"
ln -s /dev/null "$root/etc/systemd/system/console-getty.service" # without a console
: >"$root/etc/machine-id"
mount --make-rshared "$root" # so credentials, which systemd mounts in a namespace of their own, get here
# shellcheck disable=SC2016 # expanded there
unshare --pid --fork --kill-child env -i container=namespaces PATH="$PATH" sh -c 'mount -t proc proc "$0/proc" &&
  exec chroot "$0" /usr/lib/systemd/systemd --system --log-target=journal --unit=multi-user.target' "$root" &
machine=$!
trap 'kill -9 "$machine" 2>/dev/null || true' EXIT
booted() {
  init=$(cat "/proc/$machine/task/$machine/children")
  init=${init% }
  [ -n "$init" ] && within systemctl is-active --quiet multi-user.target
} 2>/dev/null
wait_until booted

echo "install"
package -i "$deb"
within systemctl cat rdpg-plan-apply@site.timer >"$work/cat" || fail "systemd does not know the units: $(cat "$work/cat")"
for unit in service timer; do
  within systemd-analyze verify --man=no "rdpg-plan-apply@site.$unit" >"$work/verify" 2>&1 || fail "$(cat "$work/verify")"
  [ ! -s "$work/verify" ] || fail "$(cat "$work/verify")"
done

echo "a service with a credential"
install -m 700 -d "$root/etc/rdpg-plan/credentials" "$root/etc/systemd/system/rdpg-plan-apply@.service.d" "$root/home/someone"
(umask 077 && printf 's3cret-word\n' >"$root/etc/rdpg-plan/credentials/word")
printf '[Service]\nLoadCredential=word:/etc/rdpg-plan/credentials/word\n' \
  >"$root/etc/systemd/system/rdpg-plan-apply@.service.d/credentials.conf"
echo 'RDPG_PLAN_INVENTORY=site' >>"$root/etc/rdpg-plan/apply.env"
cat >"$root/etc/rdpg-plan/inventories/site.yml" <<'INVENTORY'
all:
  vars: {pg_port: 1, consul_port: 1, word: "{{ secret('credential:word') }}", ansible_become_method: su}
  hosts:
    here: {ansible_host: 127.0.0.1}
    elsewhere: {ansible_host: 203.0.113.1}
INVENTORY
echo 'word = {{ word }}' >"$root/etc/rdpg-plan/templates/word.conf"
cat >"$root/etc/rdpg-plan/plans/site.yml" <<'PLAN'
plan: site
steps:
  - name: a file of another owner
    render_template: {template: word.conf, dest: /etc/word.conf, mode: 0640, owner: nobody}
  - name: as another user
    become: true
    become_user: nobody
    command: {run: [touch, /tmp/as-nobody], unless: [test, -e, /tmp/as-nobody]}
  - name: what it may not
    command:
      run: [sh, -c, "for file in /usr/it /boot/it /home/someone/it /dev/it; do
        touch $file 2>/dev/null && echo $file; done >/var/may; grep -e CapBnd -e NoNewPrivs /proc/self/status >>/var/may"]
      unless: [test, -e, /var/may]
PLAN
within systemctl daemon-reload
within systemctl start rdpg-plan-apply@site.service || fail "the service fails"
[ "$(stat -c %U "$root/etc/word.conf") $(cat "$root/etc/word.conf")" = "nobody word = s3cret-word" ] || fail "the file is another"
[ "$(stat -c %U "$root/tmp/as-nobody")" = nobody ] || fail "no other user is become"
! grep -q ^/ "$root/var/may" || fail "the service may write: $(cat "$root/var/may")"
grep -q 'NoNewPrivs:.*1' "$root/var/may" || fail "the service may get privileges"
! grep -q 'CapBnd:.*ffffffff' "$root/var/may" || fail "the service has all capabilities: $(cat "$root/var/may")"
journal site | grep -q "3 steps changed" || fail "the journal does not say what was done"
! journal site | grep s3cret-word || fail "a secret is in the journal"
! within systemctl show rdpg-plan-apply@site.service | grep s3cret-word || fail "a secret is shown"
grep -q 'rdpg_plan_last_run_exit_code{plan="site",mode="apply"} 0' "$root/var/lib/rdpg-plan/metrics/site.prom" ||
  fail "metrics: $(cat "$root/var/lib/rdpg-plan/metrics/site.prom")"
[ "$(runs)" = 1 ] || fail "there is no journal of the run"

echo "a service that fails, and one that is stopped"
mv "$root/etc/rdpg-plan/templates/word.conf" "$root/etc/rdpg-plan/templates/away.conf"
! within systemctl start rdpg-plan-apply@site.service 2>/dev/null || fail "a run that fails is well"
is ExecMainStatus rdpg-plan-apply@site.service 2 || fail "another exit code: $(property ExecMainStatus rdpg-plan-apply@site.service)"
mv "$root/etc/rdpg-plan/templates/away.conf" "$root/etc/rdpg-plan/templates/word.conf"
cat >"$root/etc/rdpg-plan/plans/long.yml" <<'PLAN'
plan: long
steps:
  - name: wait
    command: {run: [sh, -c, "touch /var/runs; until [ -e /var/go ]; do sleep 0.1; done"], unless: [test, -e, /var/go]}
PLAN
begin_long() {
  rm -f "$root/var/runs"
  within systemctl start --no-block rdpg-plan-apply@long.service
  wait_until test -e "$root/var/runs"
}
begin_long
within systemctl stop rdpg-plan-apply@long.service
journal long | grep -qi interrupted || fail "a stop does not interrupt the run"

echo "a timer"
timer=$root/etc/systemd/system/rdpg-plan-apply@site.timer.d
mkdir -p "$timer"
printf '[Timer]\nOnCalendar=\nOnCalendar=*:*:0/2\nAccuracySec=100ms\nRandomizedDelaySec=0\n' >"$timer/often.conf"
within systemctl daemon-reload
before=$(runs)
within systemctl enable --quiet --now rdpg-plan-apply@site.timer
wait_until more_runs_than $((before + 1))
journal site | grep -q "In sync" || fail "the timer's runs are not in sync"

echo "upgrade while a timer and a run work"
begin_long
package -i "$next"
grep -q "is in use, and stays" "$work/dpkg.log" || fail "the version in use is not kept: $(tail -n 5 "$work/dpkg.log")"
is ActiveState rdpg-plan-apply@site.timer active || fail "the upgrade stops the timer"
wait_until more_runs_than "$(runs)"
is ActiveState rdpg-plan-apply@long.service activating || fail "the upgrade ends the run"
touch "$root/var/go"
wait_until is ActiveState rdpg-plan-apply@long.service inactive
is Result rdpg-plan-apply@long.service success || fail "the upgrade breaks the run"

echo "remove while a run works"
rm "$root/var/go"
begin_long
package -r rdpg-plan
grep -q "is in use, and stays" "$work/dpkg.log" || fail "the version in use is removed: $(tail -n 5 "$work/dpkg.log")"
touch "$root/var/go"
wait_until is ActiveState rdpg-plan-apply@long.service inactive
journal long | tail -n 5 | grep -q "1 step changed" || fail "removal breaks the run"
! within systemctl is-active --quiet rdpg-plan-apply@site.timer || fail "the timer goes on"
wait_until is_over rdpg-plan-apply@site.service
for file in etc/rdpg-plan/apply.env etc/rdpg-plan/plans/site.yml etc/rdpg-plan/credentials/word etc/word.conf \
  var/lib/rdpg-plan/metrics/site.prom; do
  [ -s "$root/$file" ] || fail "removal takes $file"
done
[ "$(runs)" -gt 2 ] || fail "removal takes the journals"
echo "fine"

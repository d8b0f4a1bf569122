#!/bin/bash
# deb.sh WORK DEB NEXT_DEB: installs, uses, upgrades and removes the package in a bare root below WORK. Runs by
# itself in namespaces without a network, as root there; ends with the first thing that is not as it should be.
set -euo pipefail
if [ "${INSIDE:-}" != yes ]; then
  user=()
  [ "$(id -u)" = 0 ] || user=(--map-root-user)
  INSIDE=yes exec unshare "${user[@]}" --mount --net --pid --fork --kill-child "$0" "$@"
fi
. "$(dirname "$0")/bare-root.sh"
work=$1 deb=$2 next=$3
root=$work/root
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8

fail() {
  echo "FAILED: $*"
  exit 1
}
within() { chroot "$root" env -i PATH=/usr/bin:/bin HOME=/root "$@"; }
says() { # TEXT COMMAND...: its output contains the text, whatever its exit code
  text=$1
  shift
  output=$("$@" 2>&1) || true
  case $output in *"$text"*) ;; *) fail "$* does not say '$text' but: $output" ;; esac
}
package() { dpkg --root="$root" --force-confdef "$@" >"$work/dpkg.log" 2>&1 || fail "dpkg $*: $(cat "$work/dpkg.log")"; }
wait_until() {
  for _ in $(seq 1200); do
    ! "$@" || return 0
    sleep 0.1
  done
  fail "never: $*"
}

bare_root "$root"
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
! within sh -c 'command -v java mvn' || fail "there is a Java"

echo "install"
package -i "$deb"
grep -q . "$root"/usr/lib/rdpg-plan/current/lib/rdpg-plan-*.aot || fail "no AOT cache was made"
says "rdpg-plan " within rdpg-plan --version
says "commit " within rdpg-plan --version
within env JDK_JAVA_OPTIONS=-Xlog:class+load:file=/tmp/classes.log rdpg-plan --version >"$work/version" 2>&1
grep -q 'picocli.CommandLine source: shared objects file' "$root/tmp/classes.log" || fail "the AOT cache is not used"
# But for the one that refers to a library that isn't shipped.
! grep 'source: jar:\|source: file:' "$root/tmp/classes.log" | grep -v consul.UnixDomainSocketFactory ||
  fail "classes come from jars"
within /usr/lib/rdpg-plan/current/runtime/bin/java --list-modules >"$work/modules"
! grep '^java.desktop' "$work/modules" || fail "the runtime wants X11"
[ -s "$root/usr/share/man/man1/rdpg-plan-apply.1.gz" ] || fail "no manual"
[ -s "$root/usr/share/bash-completion/completions/rdpg-plan" ] || fail "no completion"

echo "use"
mkdir -p "$root/root/credentials" "$root/var/lib/rdpg-plan/metrics"
printf 's3cret-word\n' >"$root/root/credentials/word"
cat >"$root/etc/rdpg-plan/inventories/site.yml" <<'INVENTORY'
all:
  vars: {pg_port: 1, consul_port: 1, pg_password: "{{ secret('credential:word') }}"}
  hosts:
    here: {ansible_host: 127.0.0.1}
    elsewhere: {ansible_host: 203.0.113.1}
INVENTORY
echo 'word = {{ pg_password }}' >"$root/etc/rdpg-plan/templates/word.conf"
cat >"$root/etc/rdpg-plan/plans/site.yml" <<'PLAN'
plan: site
steps:
  - name: a file
    render_template: {template: word.conf, dest: /root/word.conf, mode: 0600}
PLAN
echo 'RDPG_PLAN_INVENTORY=site' >>"$root/etc/rdpg-plan/apply.env"
site() { within env CREDENTIALS_DIRECTORY=/root/credentials RDPG_PLAN_INVENTORY=site "$@"; }
within rdpg-plan explain sql_exec >"$work/explain" || fail "explain"
site rdpg-plan validate site >"$work/validate" 2>&1 || fail "validate: $(cat "$work/validate")"
says "1 step would change" site rdpg-plan apply site --local --dry-run
[ ! -e "$root/root/word.conf" ] || fail "a preview wrote a file"

echo "the unit's command line"
unit=$root/usr/lib/systemd/system/rdpg-plan-apply@.service
command=$(sed -n 's/^ExecStart=//p' "$unit" | sed 's/%[iI]/site/g')
state=$(sed -n 's/^Environment=//p' "$unit")
site "$state" RDPG_PLAN_APPLY_OPTIONS= sh -c "cd /var/lib/rdpg-plan && $command" >"$work/unit" 2>&1 ||
  fail "$command: $(cat "$work/unit")"
[ "$(cat "$root/root/word.conf")" = "word = s3cret-word" ] || fail "the credential is not in the file"
! grep -r s3cret-word "$root/var/lib/rdpg-plan" "$work/unit" || fail "a secret is shown"
[ -s "$(echo "$root"/var/lib/rdpg-plan/runs/*/events.ndjson)" ] || fail "no journal in the state directory"
grep -q 'rdpg_plan_last_run_changes{plan="site",mode="apply"} 1' "$root/var/lib/rdpg-plan/metrics/site.prom" ||
  fail "metrics: $(cat "$root/var/lib/rdpg-plan/metrics/site.prom")"

echo "upgrade while a run works"
cat >"$root/root/long.yml" <<'PLAN'
plan: long
steps:
  - name: wait
    command: {run: [sh, -c, "touch /tmp/runs; until [ -e /tmp/go ]; do sleep 0.1; done"], unless: [test, -e, /tmp/go]}
  - name: a class from a jar that no step needed before
    sql_exec: {database: postgres, sql: SELECT 1, unless: SELECT 1}
PLAN
old=$(readlink "$root/usr/lib/rdpg-plan/current")
site rdpg-plan apply /root/long.yml --local >"$work/long" 2>&1 &
run=$!
wait_until test -e "$root/tmp/runs"
package -i "$next"
grep -q "is in use, and stays" "$work/dpkg.log" || fail "the version in use is not kept: $(cat "$work/dpkg.log")"
new=$(readlink "$root/usr/lib/rdpg-plan/current")
[ "$old" != "$new" ] || fail "the upgrade starts the old version"
touch "$root/tmp/go"
wait "$run" && fail "the run does not notice that there is no PostgreSQL"
grep -q postgres_unreachable "$work/long" || fail "the run is broken by the upgrade: $(cat "$work/long")"
says "In sync" site rdpg-plan apply site --local
grep -q '^RDPG_PLAN_INVENTORY=site' "$root/etc/rdpg-plan/apply.env" || fail "the upgrade takes the site's settings"

echo "the version of old is swept away by the next upgrade"
package -i "$next"
[ ! -e "$root/usr/lib/rdpg-plan/$old" ] || fail "$old stays"
says "rdpg-plan " within rdpg-plan --version

echo "remove"
package -r rdpg-plan
[ ! -e "$root/usr/lib/rdpg-plan" ] || fail "left: $(find "$root/usr/lib/rdpg-plan" | head)"
for link in /usr/bin/rdpg-plan /usr/share/rdpg-plan; do
  [ ! -L "$root$link" ] || fail "left: $link"
done
package -P rdpg-plan
[ ! -e "$root/etc/rdpg-plan/apply.env" ] || fail "purge leaves the package's own settings"
for file in etc/rdpg-plan/inventories/site.yml etc/rdpg-plan/plans/site.yml root/word.conf \
  var/lib/rdpg-plan/metrics/site.prom; do
  [ -s "$root/$file" ] || fail "removal takes $file"
done
echo "fine"

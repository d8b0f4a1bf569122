#!/bin/bash
# image.sh WORK TAR: runs the container image as its users do, a project mounted at /work, by an OCI runtime: no engine,
# no network. Needs root, umoci, crun and jq; ends with the first thing that is not as it should be.
set -euo pipefail
if [ "${INSIDE:-}" != yes ]; then
  INSIDE=yes exec unshare --mount "$0" "$@"
fi
mount -t cgroup2 cgroup2 /sys/fs/cgroup # crun refuses a machine with both versions, though it makes none
work=$1 tar=$2
cd "$work"
fail() {
  echo "FAILED: $*"
  exit 1
}

mkdir layout
tar -xf "$tar" -C layout
tag=$(jq -r '.manifests[0].annotations["org.opencontainers.image.ref.name"]' layout/index.json)
umoci unpack --image "layout:$tag" bundle >umoci.log 2>&1 || fail "umoci refuses the image: $(cat umoci.log)"
# Mounted over the image's volume, read-only, as by `podman run -v "$PWD:/work:ro" --network none`; without a terminal
# and cgroups.
jq --arg project "$work/project" '.process.terminal = false
  | .mounts |= map(select(.destination != "/work" and .destination != "/sys/fs/cgroup"))
  | .mounts += [{destination: "/work", type: "bind", source: $project, options: ["rbind", "ro"]}]' \
  bundle/config.json >config.json

container() { # [JQ_CHANGE] -- ARGUMENT...: what it said is in out
  change=.
  [ "$1" = -- ] || { change=$1 && shift; }
  shift
  jq "$change | .process.args += \$ARGS.positional" config.json --args -- "$@" >bundle/config.json
  crun --cgroup-manager=disabled --root "$work/state" run --bundle bundle "rdpg-plan-test-$$" >out 2>&1 </dev/null
}

mkdir -p project/plans project/inventories
echo 'inventory: inventories/site.yml' >project/rdpg-plan.yml
echo 'all: {hosts: {here: {ansible_host: 127.0.0.1, ansible_connection: local}}}' >project/inventories/site.yml
cat >project/plans/site.yml <<'PLAN'
plan: site
steps:
  - name: not as root
    command: {run: [sh, -c, "test $(id -u) = 65532 && touch /tmp/file"], unless: [test, -e, /tmp/file]}
PLAN

container -- --version || fail "--version: $(cat out)"
grep -q '^rdpg-plan ' out || fail "no version: $(cat out)"
container -- validate site || fail "a project is not found in /work: $(cat out)"
container -- explain lock_order || fail "what is shipped is not found: $(cat out)"
container -- apply site || fail "a plan is not applied: $(cat out)"
grep -q '1 step changed' out || fail "another run: $(cat out)"
container -- apply nowhere && fail "there is a plan 'nowhere'"
grep -q nowhere out || fail "another error: $(cat out)"
container '.process.user = {uid: 12345, gid: 0}' -- validate site || fail "not as another user: $(cat out)"
echo "fine"

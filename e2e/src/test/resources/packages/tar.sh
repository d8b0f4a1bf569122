#!/bin/bash
# tar.sh WORK TAR_WITH_RUNTIME TAR_WITHOUT: runs both from wherever they are put. In namespaces of its own, as root
# there, with a file system that can be made read-only; ends with the first thing that is not as it should be.
set -euo pipefail
if [ "${INSIDE:-}" != yes ]; then
  user=()
  [ "$(id -u)" = 0 ] || user=(--map-root-user)
  INSIDE=yes exec unshare "${user[@]}" --mount --net --pid --fork --mount-proc --kill-child "$0" "$@"
fi
work=$1 full=$2 plain=$3
cd "$work"

fail() {
  echo "FAILED: $*"
  exit 1
}
unpack() { # TAR DIRECTORY
  mkdir -p "$2"
  tar -xzf "$1" -C "$2" --strip-components=2
}
run() { # HOME COMMAND...: no Java is on the PATH; the classes that it loads are in classes.log
  home=$1
  shift
  rm -f "$work/classes.log"
  env -i PATH=/usr/bin:/bin HOME="$home" JDK_JAVA_OPTIONS="-Xlog:class+load:file=$work/classes.log" \
    ${JAVA_HOME:+JAVA_HOME="$JAVA_HOME"} "$@" >"$work/out" 2>&1 || fail "$*: $(cat "$work/out")"
}
is_cached() { grep -q 'picocli.CommandLine source: shared objects file' "$work/classes.log"; }
unset JAVA_HOME

echo "from any folder"
unpack "$full" "first place"
mkdir home
run "$work/home" "first place/bin/rdpg-plan" --version
grep -q '^rdpg-plan ' out || fail "no version: $(cat out)"
is_cached || fail "the first start makes no AOT cache"
[ ! -e home/.cache ] || fail "the cache is not in the folder, which may be written to"
mv "first place" moved
ln -s ../moved/bin/rdpg-plan home/link
run "$work/home" home/link explain lock_order
is_cached || fail "a moved folder starts without its AOT cache"
(cd / && run "$work/home" "$work/moved/bin/rdpg-plan" validate bootstrap)

echo "from a read-only folder"
rm moved/lib/*.aot
mount --bind moved moved
mount -o remount,bind,ro moved
run "$work/home" moved/bin/rdpg-plan --version
is_cached || fail "no AOT cache for the user alone"
ls home/.cache/rdpg-plan/*.aot >/dev/null || fail "the user's AOT cache is elsewhere"
run /proc/nowhere moved/bin/rdpg-plan --version
grep -q '^rdpg-plan ' out || fail "no version: $(cat out)"

echo "with an old glibc"
needed=$(grep -aoh 'GLIBC_2\.[0-9]*' moved/runtime/bin/java moved/runtime/lib/*.so moved/runtime/lib/server/*.so | sort -uV | tail -n 1)
[ "$(printf '%s\n' GLIBC_2.17 "$needed" | sort -V | tail -n 1)" = GLIBC_2.17 ] || fail "the runtime needs $needed"

echo "with a JRE"
unpack "$plain" plain
[ ! -e plain/runtime ] || fail "there is a runtime in the one without"
[ ! -e moved/runtime/bin/javac ] || fail "the runtime is a JDK"
JAVA_HOME=$work/moved/runtime run "$work/home" plain/bin/rdpg-plan --version
grep -q '^rdpg-plan ' out || fail "no version: $(cat out)"
echo "fine"

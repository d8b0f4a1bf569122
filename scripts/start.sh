# Sourced by the launchers: how rdpg-plan's JVM is started. They set
#   java      the program
#   jar       rdpg-plan.jar, its libraries in lib/ beside it
#   home      where plans/, templates/ and docs/ are
#   site      where a site's own are, of an installed package; else unset or empty
#   aot       the AOT cache (JEP 514) of a run's classes
#   training  the directory of the run that makes it

# Not C2, which a run is too short for. Archives of classes where they were made to be: to relocate 50 MB of
# pointers takes longer than a short command (a Java that doesn't know these options ignores them).
jvm_options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData --enable-native-access=ALL-UNNAMED
  -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"

# Leaves an AOT cache of the classes that a run loads: whole or none, whoever else starts meanwhile. Not of what was
# compiled (JEP 515): C1 uses no profile, and is kept busy with what was hot elsewhere. A start without it is only
# slower, so this never fails. What it prints goes to $1. --debug comes first, so that all commands are read.
train() {
  lesson=$(mktemp -d) || return 0
  "$training/prepare" "$lesson" >>"$1" 2>&1 9>&- || true
  # shellcheck disable=SC2086 # options are words
  (cd "$lesson" && RDPG_TRAINING=true "$java" $jvm_options -XX:-AOTRecordTraining -XX:AOTCacheOutput="$aot.$$" \
    -Drdpg.home="$home" -jar "$jar" --debug apply plan.yml --diff -i inventory.yml) </dev/null >>"$1" 2>&1 9>&- || true
  [ ! -s "$lesson/sshd.pid" ] || kill "$(cat "$lesson/sshd.pid")" || true
  rm -rf "$lesson"
  [ ! -s "$aot.$$" ] || mv -f "$aot.$$" "$aot" || true
}

# Becomes the JVM, with the command line's arguments.
start() {
  case $* in
    --version | -V | --help | -h) # of few classes: Java's own archive is faster, where it has one
      [ ! -e "${java%/*}/../lib/server/classes.jsa" ] || aot=
      ;;
  esac
  set -- '-Xlog:aot*=off' '-Xlog:cds*=off' -Drdpg.home="$home" -jar "$jar" "$@"
  if [ -s "$aot" ]; then
    set -- -XX:AOTCache="$aot" "$@"
  fi
  if [ -n "${site:-}" ]; then
    set -- -Drdpg.site="$site" "$@"
  fi
  if [ -t 1 ]; then
    set -- -Drdpg.terminal=true "$@"
  fi

  # In the C locale Java can't name files outside ASCII. Like Python (PEP 538), take its UTF-8 form,
  # unless LC_ALL says that C is meant.
  if [ -z "${LC_ALL:-}" ]; then
    case ${LC_CTYPE:-${LANG:-C}} in
      C | POSIX) export LC_CTYPE=C.UTF-8 ;;
    esac
  fi

  # shellcheck disable=SC2086 # options are words
  exec "$java" $jvm_options "$@"
}

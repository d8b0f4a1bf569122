# Sourced by the launchers, ./test and scripts. find_jdk exports JAVA_HOME as a JDK 25 or newer, find_java as anything
# that runs Java 25; else they say what is missing and return 1. Versions are read from each one's file `release`,
# which costs no JVM start.

# is_java_25 HOME PROGRAM: whether a Java 25 or newer with this program is there.
is_java_25() {
  [ -n "$1" ] && [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r name value; do
    if [ "$name" = JAVA_VERSION ]; then
      value=${value#\"}
      value=${value%%[!0-9]*}
      [ "${value:-0}" -ge 25 ]
      return
    fi
  done <"$1/release"
  return 1
}

find_jdk() {
  if find_with javac; then
    # Maven's own libraries use sun.misc.Unsafe, of which these JDKs warn; older ones don't know the option.
    export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
    return 0
  fi
  echo "rdpg-plan: no JDK 25 or newer found (looked at JAVA_HOME, PATH, /usr/lib/jvm, /opt, ~/.sdkman)." >&2
  echo "  hint: install one (apt install openjdk-25-jdk, sdk install java 25-tem, adoptium.net)" >&2
  echo "        or set JAVA_HOME to where it is" >&2
  return 1
}

find_java() {
  find_with java && return 0
  echo "rdpg-plan: no Java 25 or newer found (looked at JAVA_HOME, PATH, /usr/lib/jvm, /opt, ~/.sdkman)." >&2
  echo "  hint: install one (apt install openjdk-25-jre-headless, sdk install java 25-tem, adoptium.net)," >&2
  echo "        set JAVA_HOME to where it is, or take a package of rdpg-plan that brings its own" >&2
  return 1
}

find_with() {
  program=$1
  if is_java_25 "${JAVA_HOME:-}" "$program"; then
    export JAVA_HOME
    return 0
  fi
  on_path=$(command -v "$program" || true)
  [ -n "$on_path" ] && on_path=$(readlink -f "$on_path" 2>/dev/null || true)
  for candidate in \
    "${on_path%/bin/"$program"}" \
    /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/*/*jdk* /opt/*java* /opt/*jre* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if is_java_25 "$candidate" "$program"; then
      export JAVA_HOME="$candidate"
      return 0
    fi
  done
  if [ -x /usr/libexec/java_home ] && candidate=$(/usr/libexec/java_home -v 25+ 2>/dev/null) &&
    is_java_25 "$candidate" "$program"; then
    export JAVA_HOME="$candidate"
    return 0
  fi
  return 1
}

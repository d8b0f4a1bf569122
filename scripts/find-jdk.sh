# Sourced by rdpg-plan and ./test. find_jdk exports JAVA_HOME as a JDK 25 or newer, else says what is
# missing and returns 1. Versions are read from each JDK's file `release`, which costs no JVM start.

is_jdk_25() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
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
  if is_jdk_25 "${JAVA_HOME:-}"; then
    export JAVA_HOME
    return 0
  fi
  on_path=$(command -v javac || true)
  [ -n "$on_path" ] && on_path=$(readlink -f "$on_path" 2>/dev/null || true)
  for candidate in \
    "${on_path%/bin/javac}" \
    /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/*/*jdk* /opt/*java* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if is_jdk_25 "$candidate"; then
      export JAVA_HOME="$candidate"
      return 0
    fi
  done
  if [ -x /usr/libexec/java_home ] && candidate=$(/usr/libexec/java_home -v 25+ 2>/dev/null) &&
    is_jdk_25 "$candidate"; then
    export JAVA_HOME="$candidate"
    return 0
  fi
  echo "rdpg-plan: no JDK 25 or newer found (looked at JAVA_HOME, PATH, /usr/lib/jvm, /opt, ~/.sdkman)." >&2
  echo "  hint: install one (apt install openjdk-25-jdk, sdk install java 25-tem, adoptium.net)" >&2
  echo "        or set JAVA_HOME to where it is" >&2
  return 1
}

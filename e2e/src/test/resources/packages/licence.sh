#!/bin/bash
# licence.sh WORK CHECKOUT: two modules with the checkout's parent and its check of licences: one needs a library that is
# under the GPL, the other a library that the checkout uses; and a package without the licence texts that are kept for
# libraries that bring none. Ends with the first thing that is not as it should be.
set -euo pipefail
work=$1 checkout=$2
fail() {
  echo "FAILED: $*"
  exit 1
}
parent=$(realpath --relative-to="$work/module" "$checkout/pom.xml")
project() { # ARTIFACT, and on standard input what else is in its pom
  mkdir -p "$work/$1"
  cat >"$work/$1/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>io.rdpg</groupId>
    <artifactId>rdpg-plan-parent</artifactId>
    <version>\${revision}</version>
    <relativePath>$parent</relativePath>
  </parent>
  <artifactId>$1</artifactId>
$(cat)
</project>
POM
}
needs() { # GROUP ARTIFACT VERSION
  cat <<POM
  <dependencies>
    <dependency><groupId>$1</groupId><artifactId>$2</artifactId><version>$3</version></dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin><groupId>org.codehaus.mojo</groupId><artifactId>license-maven-plugin</artifactId></plugin>
    </plugins>
  </build>
POM
}
project copyleft <<<'<licenses><license><name>GPL-3.0-only</name></license></licenses>'
# shellcheck disable=SC2016 # a property of Maven's
needs io.rdpg copyleft '${project.version}' | project takes-it
# shellcheck disable=SC2016
needs org.tomlj tomlj '${tomlj.version}' | project takes-another
cat >"$work/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.rdpg</groupId>
  <artifactId>two-projects</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <modules><module>copyleft</module><module>takes-it</module><module>takes-another</module></modules>
</project>
POM

. "$checkout/scripts/find-jdk.sh"
find_jdk
! mvn -B -f "$work/pom.xml" --fail-at-end prepare-package </dev/null >"$work/log" 2>&1 ||
  fail "a library under the GPL is allowed: $(cat "$work/log")"
grep -q 'takes-another .* SUCCESS' "$work/log" || fail "a library that is used is not allowed: $(cat "$work/log")"
grep -q 'takes-it .* FAILURE' "$work/log" || fail "another module fails: $(cat "$work/log")"
grep -q "License: 'GPL-3.0-only' used by 1 dependencies" "$work/log" || fail "it fails for another reason: $(cat "$work/log")"

mkdir -p "$work/tree" "$work/none"
cp "$checkout/LICENSE" "$work/tree/"
program=$checkout/cli/target
! "$JAVA_HOME/bin/java" -cp "$program/lib/*" "$checkout/packaging/Libraries.java" \
  "$program/rdpg-plan.jar" "$work/tree" "$work/none" "$program/bom.json" >"$work/log" 2>&1 ||
  fail "a library is packed without the text of its licence"
grep -q 'brings no licence text: put it below packaging/licenses' "$work/log" ||
  fail "it fails for another reason: $(cat "$work/log")"
echo "fine"

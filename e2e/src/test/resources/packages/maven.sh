#!/bin/bash
# maven.sh WORK TAR CLONE LIBRARIES PACKAGE: builds the example project of the release in CLONE, and runs the test of a
# project as the PACKAGE's `init` leaves it, as somebody does who has nothing of ours but these and the repository in TAR;
# all else comes from LIBRARIES, a local repository of Maven's, instead of Maven Central. Ends with the first thing that is
# not as it should be.
set -euo pipefail
work=$1 tar=$2 clone=$3 libraries=$4 package=$5
cd "$work"
fail() {
  echo "FAILED: $*"
  exit 1
}

mkdir repository
tar -xzf "$tar" -C repository
! grep -r -e '<parent>' -e '\${' repository --include='*.pom' || fail "a pom needs another one"

mkdir project
git -C "$clone" archive v99.0.0 examples/grant-access | tar -C project --strip-components=2 -xf -
sed -i "s|^  <dependencies>|  <repositories>\n    <repository>\n      <id>ours</id>\n      <url>file://$work/repository</url>\n    </repository>\n  </repositories>\n&|" \
  project/pom.xml
cat >settings.xml <<SETTINGS
<settings>
  <localRepository>$work/local</localRepository>
  <mirrors><mirror><id>libraries</id><mirrorOf>central</mirrorOf><url>file://$libraries</url></mirror></mirrors>
</settings>
SETTINGS
verify() { # DIRECTORY OPTION...
  mvn -B -s settings.xml -f "$1/pom.xml" "${@:2}" verify </dev/null >mvn.log 2>&1 || fail "$(cat mvn.log)"
}
verify project -DskipITs -Drdpg.lab.image=debian:bookworm
for artifact in rdpg-plan rdpg-plan-engine rdpg-plan-lab rdpg-plan-junit rdpg-plan-containers; do
  grep -q '\.jar>ours=' local/io/rdpg/$artifact/*/_remote.repositories || fail "$artifact came from elsewhere"
done

mkdir package
tar -xzf "$package" -C package --strip-components=2
RDPG_PLAN_TRAIN=never package/bin/rdpg-plan init site >init.log || fail "$(cat init.log)"
verify site -Drdpg-plan.repository="file://$work/repository"
grep -q 'Tests run: 1, Failures: 0, Errors: 0, Skipped: 0' mvn.log || fail "no test ran: $(cat mvn.log)"
echo "fine"

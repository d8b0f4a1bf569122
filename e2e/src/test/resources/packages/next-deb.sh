#!/bin/sh
# next-deb.sh DEB NEXT_DEB: the same package as a later version, with other content.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dpkg-deb -R "$1" "$work/tree"
sed -i 's/^Version: .*/&+next/' "$work/tree/DEBIAN/control"
echo '# next' >>"$work/tree/usr/lib/rdpg-plan/dist/plans/bootstrap.yml"
echo "next" >"$work/tree/usr/lib/rdpg-plan/dist/lib/id"
dpkg-deb --root-owner-group -Zgzip -z1 -b "$work/tree" "$2" >/dev/null

# Fetches the distribution's PostgreSQL with pglogical into the directory $1, as any user and without
# touching the system's own apt or packages. $1/bin then has programs that find their libraries.
set -eu
target=$1
work=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial"
cat >"$work/apt.conf" <<EOF
Dir::State::lists "$work/lists";
Dir::Cache "$work";
Acquire::Languages "none";
APT::Sandbox::User "";
Debug::NoLocking "true";
EOF
export APT_CONFIG="$work/apt.conf"
apt-get -q update
package=$(apt-cache search --names-only '^postgresql-[0-9]+-pglogical$' | cut -d' ' -f1 | sort -V | tail -n 1)
[ -n "$package" ] || { echo "no package postgresql-VERSION-pglogical: is this Debian?" >&2; exit 1; }
version=${package#postgresql-}
version=${version%-pglogical}
# What it needs besides and the system lacks comes with it.
apt-get -q -y --no-install-recommends --download-only --reinstall install "postgresql-$version" "$package"
for deb in "$work"/archives/*.deb; do
    dpkg -x "$deb" "$work/root"
done
mkdir "$work/root/bin"
for program in postgres initdb; do
    cat >"$work/root/bin/$program" <<EOF
#!/bin/sh
export LD_LIBRARY_PATH=$target/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
exec $target/usr/lib/postgresql/$version/bin/$program "\$@"
EOF
    chmod 755 "$work/root/bin/$program"
done
chmod 755 "$work/root"
[ -e "$target" ] || mv "$work/root" "$target"

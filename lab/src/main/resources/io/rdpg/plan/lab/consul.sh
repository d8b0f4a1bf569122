# Fetches Debian 11's Consul into the directory $1 (the program will be $1/usr/bin/consul) as any user,
# without touching the system's own apt: its lists, its cache and its sources stay as they are.
# $2 is the version, $3 the package's SHA-256.
set -eu
target=$1 version=$2 sha256=$3
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

[ -r "$keyring" ] || { echo "$keyring is missing: this is not Debian" >&2; exit 1; }
work=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/sources.list.d"

# The mirrors that this machine uses itself, read before its settings are put aside.
mirrors=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
    grep -v security | sort -u)

cat >"$work/apt.conf" <<END
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "$work/sources.list.d";
Dir::State::lists "$work/lists";
Dir::Cache "$work";
Acquire::Languages "none";
APT::Sandbox::User "";
END
export APT_CONFIG="$work/apt.conf"
cd "$work"
for mirror in $mirrors; do
    echo "deb [signed-by=$keyring] $mirror bullseye main" >sources.list
    if apt-get -q update && apt-get -q download "consul=$version"; then
        break
    fi
done

set -- consul_*.deb
[ -e "$1" ] || { echo "no mirror of this machine has consul $version" >&2; exit 1; }
echo "$sha256  $1" | sha256sum --check --quiet
dpkg -x "$1" root
chmod 755 root
[ -e "$target" ] || mv root "$target"

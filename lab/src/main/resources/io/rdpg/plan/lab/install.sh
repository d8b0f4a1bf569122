# Installs Debian packages ("$@") without letting any of their services start, now or at boot.
set -eu
export DEBIAN_FRONTEND=noninteractive

# One installs at a time, ours and others.
exec 9>/run/lock/rdpg-plan-install
flock 9

# Debian asks this program before a package starts its service (invoke-rc.d(8)); 101 forbids it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

install() { apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@"; }
install "$@" || { apt-get -q update && install "$@"; }

for package in "$@"; do
    case $package in
    openssh-server) service=ssh ;;
    pgbouncer | haproxy) service=$package ;;
    *) continue ;;
    esac
    if command -v systemctl >/dev/null; then
        systemctl disable --quiet "$service"
    fi
done

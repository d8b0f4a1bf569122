# Sourced by tests of packages.

# bare_root DIRECTORY [PACKAGE...]: makes a root file system of as little as a Debian can have: a shell, coreutils,
# util-linux and what they need, of the packages that are installed on this machine; and of these PACKAGEs with all that
# they depend on. No Java, and by themselves no systemd and no network's tools.
bare_root() {
  root=$1
  shift
  # shellcheck disable=SC2046 # names of packages are words
  set -- base-files libc6 libgcc-s1 libcrypt1 dash debianutils coreutils libacl1 libattr1 libselinux1 libpcre2-8-0 \
    libgmp10 sed util-linux grep $(with_dependencies "$@")
  mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64" "$root/dev" "$root/proc" "$root/sys" \
    "$root/run" "$root/root" "$root/tmp" "$root/etc" "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
  for directory in bin sbin lib lib64; do
    ln -s "usr/$directory" "$root/$directory"
  done
  dpkg-query -L "$@" | grep -v -e ^/usr/share/doc -e ^/usr/share/man -e ^/usr/share/locale | sort -u |
    while read -r file; do
      [ ! -f "$file" ] && [ ! -L "$file" ] || [ -d "$file" ] || echo "$file"
    done | tar -C / -cf - --no-recursion -T - 2>/dev/null |
    tar -C "$root" -xf -
  dpkg-query -s "$@" >"$root/var/lib/dpkg/status"
  : >"$root/var/lib/dpkg/available"
  printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/nonexistent:/bin/sh >"$root/etc/passwd"
  printf '%s\n' root:x:0: nogroup:x:65534: >"$root/etc/group"
}

with_dependencies() {
  [ $# -gt 0 ] || return 0
  apt-cache depends --installed --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances "$@" | grep '^[a-z]' | sort -u | while read -r package; do
    dpkg-query -W -f '${Status} ${Package}\n' "$package" 2>/dev/null | sed -n 's/^install ok installed //p'
  done
}

# Sourced by tests of packages.

# bare_root DIRECTORY: makes a root file system of as little as a Debian can have: a shell, coreutils, util-linux and what
# they need, of the packages that are installed on this machine. No Java, no systemd, no network's tools.
bare_root() {
  root=$1
  set -- base-files libc6 libgcc-s1 libcrypt1 dash debianutils coreutils libacl1 libattr1 libselinux1 libpcre2-8-0 \
    libgmp10 sed util-linux grep
  mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64" "$root/dev" "$root/proc" "$root/root" \
    "$root/tmp" "$root/etc" "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
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
  echo "root:x:0:0:root:/root:/bin/sh" >"$root/etc/passwd"
  echo "root:x:0:" >"$root/etc/group"
}

# Sourced by scripts/package: the package for Debian and Ubuntu.
root=$work/deb
lay_out_system "$root"
# As dpkg-gencontrol(1) counts, whatever the file system: files in kilobytes rounded up, all else as one.
installed_kilobytes() {
  find "$1"/etc "$1"/usr -type f -printf '%s\n' -o -printf '1\n' | awk '{sum += int(($1 + 1023) / 1024)} END {print sum}'
}

mkdir "$root/DEBIAN"
cp "$source"/packaging/deb/{postinst,prerm,postrm} "$root/DEBIAN/"
(cd "$root" && find etc -type f | sed 's|^|/|' | sort) >"$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<CONTROL
Package: rdpg-plan
Version: $version
Architecture: $deb_arch
Section: database
Priority: optional
Maintainer: The rdpg-plan authors <rdpg-plan@localhost>
Installed-Size: $(installed_kilobytes "$root")
Depends: libc6 (>= 2.17), coreutils, util-linux
Suggests: consul, openssh-server
Description: runs declarative plans on PostgreSQL clusters
 rdpg-plan bootstraps clusters of PostgreSQL nodes that replicate with each
 other and coordinate through Consul: plans in YAML, run in parallel over SSH,
 SQL and Consul's HTTP API. It brings its own Java runtime.
CONTROL
same_times_and_modes "$root"
chmod 755 "$root"/DEBIAN/{postinst,prerm,postrm}
file=$into/rdpg-plan_${version}_$deb_arch.deb
compression=(-Zxz -z6)
! $fast || compression=(-Zgzip -z1)
dpkg-deb --root-owner-group "${compression[@]}" --build "$root" "$file" >/dev/null
finish "$file" "$target/bom.json" "$full"

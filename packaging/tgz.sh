# Sourced by scripts/package: the tar.gz with a Java runtime.
name=rdpg-plan-$version-linux-$arch
mkdir -p "$work/tgz"
cp -a "$full" "$work/tgz/$name"
pack_tar "$work/tgz" "$into/$name.tar.gz"
finish "$into/$name.tar.gz" "$target/bom.json" "$full"

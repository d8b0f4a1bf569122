# Sourced by scripts/package: the tar.gz for those who have a Java 25.
name=rdpg-plan-$version
mkdir -p "$work/jar"
cp -a "$tree" "$work/jar/$name"
pack_tar "$work/jar" "$into/$name.tar.gz"
finish "$into/$name.tar.gz" "$target/bom.json" "$tree"

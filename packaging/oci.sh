# Sourced by scripts/package: the container image, as an OCI archive: `podman load`, `skopeo copy oci-archive:`.
# https://github.com/opencontainers/image-spec: two layers, what Debian brings and rdpg-plan.
[ "$(id -u)" = 0 ] || fail "an image's files have owners: run it as root"
image=$work/oci
mkdir -p "$image/blobs/sha256" "$work/oci-app/opt" "$work/oci-app/work" "$work/oci-app/home/rdpg-plan"

# An AOT cache would differ from build to build, and one made at the first start would be lost with the container.

# As little as a shell, files and processes need; scripts of packages don't run. From the archive that this machine's apt uses.
mmdebstrap --quiet --variant=extract --mode=root --skip=cleanup/apt/cache \
  --include=base-files,base-passwd,libc6,dash,coreutils,util-linux,sed,grep,netbase,ca-certificates,tzdata \
  "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/oci-base" >"$work/oci.log" 2>&1 ||
  fail "mmdebstrap failed" "$(cat "$work/oci.log")"
status=$work/oci-base/var/lib/dpkg/status # of what was only extracted dpkg knows nothing, but scanners ask here
for deb in "$work"/oci-base/var/cache/apt/archives/*.deb; do
  dpkg-deb --field "$deb"
  printf 'Status: install ok installed\n\n'
done >"$status"
rm -rf "$work"/oci-base/{dev,proc,sys,var/cache/apt,var/lib/apt,var/log,usr/share/man,usr/share/locale}/*
find "$work/oci-base/usr/share/doc" -type f ! -name copyright -delete
find "$work/oci-base/usr/share/doc" -type d -empty -delete
ln -sf dash "$work/oci-base/usr/bin/sh"
echo "root:x:0:0:root:/root:/bin/sh" >"$work/oci-base/etc/passwd"
echo "rdpg-plan:x:65532:65532::/home/rdpg-plan:/bin/sh" >>"$work/oci-base/etc/passwd"
printf 'root:x:0:\nrdpg-plan:x:65532:\n' >"$work/oci-base/etc/group"
cp -a "$full" "$work/oci-app/opt/rdpg-plan"
same_times_and_modes "$work/oci-app"

# layer DIRECTORY: adds a layer; its digests are in $blob and $diff.
layer() {
  tar -C "$1" --sort=name --format=gnu --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --clamp-mtime -cf "$work/layer" .
  diff=$(sha256sum <"$work/layer" | cut -d ' ' -f 1)
  gzip -n "$($fast && echo -1 || echo -9)" "$work/layer"
  add_blob "$work/layer.gz"
}
# add_blob FILE: moves it to its place; its digest is in $blob, its length in $size.
add_blob() {
  blob=$(sha256sum <"$1" | cut -d ' ' -f 1)
  size=$(stat -c %s "$1")
  mv "$1" "$image/blobs/sha256/$blob"
}

chown -R 65532:65532 "$work/oci-app/work" "$work/oci-app/home/rdpg-plan"
layers='' diffs=''
for part in base app; do
  layer "$work/oci-$part"
  layers="$layers,{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$blob\",\"size\":$size}"
  diffs="$diffs,\"sha256:$diff\""
done
# As a tag may be named: an unreleased version has a ~.
tag=rdpg-plan:${version//\~/-}
created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)
labels="{\"org.opencontainers.image.title\":\"rdpg-plan\",\"org.opencontainers.image.version\":\"$version\",\"org.opencontainers.image.revision\":\"$commit\",\"org.opencontainers.image.licenses\":\"Apache-2.0\"}"
cat >"$work/config.json" <<JSON
{"created":"$created","architecture":"$oci_arch","os":"linux","config":{"User":"65532:65532","WorkingDir":"/work",
"Env":["PATH=/usr/bin:/bin","HOME=/home/rdpg-plan","LANG=C.UTF-8","RDPG_PLAN_TRAIN=never"],"Entrypoint":["/opt/rdpg-plan/bin/rdpg-plan"],
"Volumes":{"/work":{}},"Labels":$labels},"rootfs":{"type":"layers","diff_ids":[${diffs#,}]}}
JSON
add_blob "$work/config.json"
cat >"$work/manifest.json" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$blob","size":$size},"layers":[${layers#,}]}
JSON
add_blob "$work/manifest.json"
cat >"$image/index.json" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$blob","size":$size,
"platform":{"architecture":"$oci_arch","os":"linux"},"annotations":{"org.opencontainers.image.ref.name":"$tag"}}]}
JSON
echo '{"imageLayoutVersion":"1.0.0"}' >"$image/oci-layout"
file=$into/rdpg-plan-$version-oci-$arch.tar
tar -C "$image" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf "$file" .
finish "$file" "$target/bom.json" "$full" "$status"

#!/bin/bash
# contents.sh PACKAGE: prints the paths of what is in a package; in a container image, of all its layers.
set -euo pipefail
case $1 in
  *.deb) dpkg-deb --fsys-tarfile "$1" | tar -tf - ;;
  *.rpm) rpm --query --list --package "$1" ;;
  *.tar)
    for layer in $(tar -xOf "$1" ./index.json | jq -r '.manifests[0].digest' | sed 's|.*:|./blobs/sha256/|' |
      xargs tar -xOf "$1" | jq -r '.layers[].digest' | sed 's|.*:|./blobs/sha256/|'); do
      tar -xOf "$1" "$layer" | tar -tzf -
    done
    ;;
  *) tar -tzf "$1" ;;
esac

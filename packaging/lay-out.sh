# Sourced by scripts/package: what all packages contain, as trees that run from where they are.

# lay_out DIRECTORY: the tree without a runtime.
lay_out() {
  mkdir -p "$1"/{bin,docs,lib/lib/postgres,lib/licenses,share/man}
  cp "$source"/{LICENSE,NOTICE,SECURITY.md,CHANGELOG.md,README.md} "$target/THIRD-PARTY.txt" "$1/"
  cp -r "$source"/{plans,templates,defaults,inventories} "$1/"
  cp -r "$source"/docs/{rules,*.md} "$1/docs/"
  cp "$source/packaging/rdpg-plan" "$1/bin/"
  cp "$source"/scripts/{start.sh,find-jdk.sh} "$target/rdpg-plan.jar" "$1/lib/"
  cp -r "$source/scripts/training" "$1/lib/"
  cp "$target"/lib/postgres/*.jar "$1/lib/lib/postgres/" # the lab's
  tool Libraries "$target/rdpg-plan.jar" "$1" "$source/packaging/licenses" "$target/bom.json"
  cp -r "$source"/docs/man/. "$1/share/man/"
  completion bash "$1/share/bash-completion/completions/rdpg-plan"
  completion zsh "$1/share/zsh/vendor-completions/_rdpg-plan"
  completion fish "$1/share/fish/vendor_completions.d/rdpg-plan.fish"
  name_content "$1"
}

# tool NAME ARGUMENT...: runs a program of packaging's, with the libraries that Maven has fetched.
tool() {
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -cp "$target/lib/*" "$source/packaging/$1.java" "${@:2}"
}

completion() {
  mkdir -p "$(dirname "$2")"
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -Drdpg.home="$source" -jar "$target/rdpg-plan.jar" completion "$1" >"$2"
}

# name_content TREE: leaves a name of all that is in it, by which the AOT cache is kept; and makes times and modes
# independent of who builds when.
name_content() {
  rm -f "$1/lib/id"
  (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -c 1-16 >"$work/id"
  mv "$work/id" "$1/lib/id"
  same_times_and_modes "$1"
}

same_times_and_modes() {
  chmod -R u=rwX,go=rX "$1"
  find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# Modules: what jdeps finds in the jars, but for java.desktop, which a driver's and a library's unused classes
# name, and with it X11; jdk.net for keep-alive of connections, jdk.unsupported for libraries that look for Unsafe.
modules=java.base,java.logging,java.management,java.naming,java.security.jgss,java.sql,jdk.net,jdk.unsupported,jdk.zipfs

# with_runtime TREE: adds a Java runtime.
with_runtime() {
  "$JAVA_HOME/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
    --output "$1/runtime"
  name_content "$1"
}

# pack_tar DIRECTORY FILE: its content, the same bytes each time.
pack_tar() {
  tar -C "$1" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - . |
    gzip -n "$($fast && echo -1 || echo -9)" >"$2"
}

# finish FILE BILL [TREE [STATUS]]: the package's checksum and bill of materials, of Maven's BILL of a module, the TREE that
# is packed, and dpkg's STATUS where Debian's packages are, too.
finish() {
  tool Sbom "$2" "$1" "$version" "${@:3}" >"$1.cdx.json"
  (cd "$(dirname "$1")" && sha256sum "$(basename "$1")" >"$(basename "$1").sha256")
  echo "${1##*/}"
}

tree=$work/plain
lay_out "$tree"
full=$work/full
if [[ "${kinds[*]}" =~ tgz|deb|rpm|oci ]]; then
  cp -a "$tree" "$full"
  with_runtime "$full"
fi

# lay_out_system ROOT: as the packages of Linux distributions install it.
lay_out_system() {
  mkdir -p "$1"/usr/{bin,lib/rdpg-plan,lib/systemd/system,share/man,share/doc/rdpg-plan} \
    "$1"/etc/rdpg-plan/{inventories,plans,templates,defaults}
  cp -a "$full" "$1/usr/lib/rdpg-plan/dist"
  cp "$source/packaging/activate" "$1/usr/lib/rdpg-plan/dist/lib/"
  mv "$1"/usr/lib/rdpg-plan/dist/share/{bash-completion,zsh,fish} "$1/usr/share/"
  mv "$1"/usr/lib/rdpg-plan/dist/share/man/* "$1/usr/share/man/"
  rmdir "$1"/usr/lib/rdpg-plan/dist/share/man "$1"/usr/lib/rdpg-plan/dist/share
  find "$1/usr/share/man" -name '*.[15]' -exec gzip -n -9 {} +
  name_content "$1/usr/lib/rdpg-plan/dist"
  ln -s ../lib/rdpg-plan/current/bin/rdpg-plan "$1/usr/bin/rdpg-plan"
  ln -s ../lib/rdpg-plan/current "$1/usr/share/rdpg-plan" # where people look for plans and templates
  cp "$source"/packaging/systemd/* "$1/usr/lib/systemd/system/"
  cp "$source/packaging/etc/apply.env" "$1/etc/rdpg-plan/"
  gzip -n -9 <"$source/CHANGELOG.md" >"$1/usr/share/doc/rdpg-plan/changelog.gz"
  cp "$source/packaging/deb/copyright" "$1/usr/share/doc/rdpg-plan/"
  same_times_and_modes "$1"
}

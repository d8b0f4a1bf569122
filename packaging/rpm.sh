# Sourced by scripts/package: the package for Fedora, RHEL and SUSE.
root=$work/rpm-root
lay_out_system "$root"
(
  cd "$root"
  find etc/rdpg-plan usr/lib/rdpg-plan -type d | sort | sed 's|.*|%dir "/&"|'
  find etc -type f | sort | sed 's|.*|%config(noreplace) "/&"|'
  find usr ! -type d | sort | sed 's|.*|"/&"|'
) >"$work/rpm-files"
payload=w6.xzdio
! $fast || payload=w1.gzdio
rpmbuild -bb --quiet --define "_binary_payload $payload" --target "$(uname -m)" --define "_topdir $work/rpm" --define "_rpmdir $work/rpm-out" \
  --define "_rpmfilename %{name}-%{version}-%{release}.%{arch}.rpm" --define "package_version $version" \
  --define "laid_out $root" --define "file_list $work/rpm-files" "$source/packaging/rpm/rdpg-plan.spec" \
  >"$work/rpm.log" 2>&1 || fail "rpmbuild failed" "$(cat "$work/rpm.log")"
mv "$work"/rpm-out/*.rpm "$into/"
finish "$into/rdpg-plan-$version-1.$(uname -m).rpm" "$target/bom.json" "$full"

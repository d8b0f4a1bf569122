# Sourced by scripts/package: a repository for Maven and Gradle, with rdpg-plan-junit, rdpg-plan-containers and what
# they need that isn't on Maven Central. The layout: https://maven.apache.org/repositories/layout.html
repository=$work/maven
mkdir -p "$repository"
cp "$source"/{LICENSE,NOTICE} "$source/junit/target/THIRD-PARTY.txt" "$repository/"

# publish MODULE ARTIFACT JAR
publish() {
  to=$repository/io/rdpg/$2/$revision
  mkdir -p "$to"
  cp "$source/$1/target/$3" "$to/$2-$revision.jar"
  cp "$source/$1/target/flattened-pom.xml" "$to/$2-$revision.pom"
  for file in "$to"/*; do
    sha1sum <"$file" | cut -d ' ' -f 1 >"$file.sha1"
  done
}
for module in engine lab junit containers; do
  publish $module "rdpg-plan-$module" "rdpg-plan-$module-$revision.jar"
done
publish cli rdpg-plan rdpg-plan.jar
same_times_and_modes "$repository"
file=$into/rdpg-plan-$version-maven.tar.gz
pack_tar "$repository" "$file"
finish "$file" "$source/junit/target/bom.json"

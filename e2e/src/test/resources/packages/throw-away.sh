# Sourced by tests of releases.

# throw_away CHECKOUT CLONE: a clone whose last commit is the checkout's work tree as it is.
throw_away() {
  git clone -q "$1" "$2"
  git -C "$2" config user.name test
  git -C "$2" config user.email test@example.org
  git -C "$2" config commit.gpgsign false
  git -C "$1" diff --quiet HEAD || git -C "$1" diff --binary HEAD | git -C "$2" apply --index
  git -C "$1" ls-files -z --others --exclude-standard | tar -C "$1" --null -T - -cf - | tar -C "$2" -xf -
  git -C "$2" add -A
  git -C "$2" commit -q --allow-empty -m "As it is"
}

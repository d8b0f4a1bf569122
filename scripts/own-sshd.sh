# Sourced by who needs an sshd of this user's own for a while.

# own_sshd DIRECTORY ADDRESS [LINE...]: starts one on a free port of an address, with more lines in its
# configuration, that lets in who has DIRECTORY/key and reads no rc file. Sets sshd_port, and sshd_pid
# for whoever ends it. Returns 1 where there is none, or it doesn't start.
own_sshd() {
  sshd_files=$1
  sshd_address=$2
  shift 2
  sshd=$(command -v sshd || echo /usr/sbin/sshd)
  [ -x "$sshd" ] && command -v ssh-keygen >/dev/null || return 1
  [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f "$sshd_files/host"
  ssh-keygen -q -t ed25519 -N '' -f "$sshd_files/key"
  printf '%s\n' "HostKey $sshd_files/host" "AuthorizedKeysFile $sshd_files/key.pub" "PidFile none" \
    "ListenAddress $sshd_address" "StrictModes no" "UsePAM no" "SetEnv SHLVL=2" "$@" >"$sshd_files/sshd_config"
  sshd_port=$((20000 + $$ % 20000))
  for _ in 1 2 3; do
    sshd_port=$((sshd_port + 1))
    "$sshd" -D -e -f "$sshd_files/sshd_config" -p "$sshd_port" 2>"$sshd_files/sshd.log" >/dev/null </dev/null &
    sshd_pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      ! grep -q 'Server listening' "$sshd_files/sshd.log" 2>/dev/null || return 0
      kill -0 "$sshd_pid" 2>/dev/null || break
      sleep 0.2
    done
    kill "$sshd_pid" 2>/dev/null || true
  done
  return 1
}

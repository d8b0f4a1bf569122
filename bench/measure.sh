# Sourced by the benchmarks: times commands, and says what came of it. They set `work`, a directory of their own.
# With RESULTS, a file, each row is also appended to it, for bench/all: bench, settings, what, minimum, median, maximum.

timed() { # LABEL COMMAND...: appends the command's milliseconds to $work/LABEL
  local label=$1 begun
  shift
  begun=$(date +%s%N)
  "$@"
  echo $((($(date +%s%N) - begun) / 1000000)) >>"$work/$label"
}

quietly() { # COMMAND...: shows what it says only when it fails, and ends then
  "$@" >"$work/out" 2>&1 </dev/null || { tail -20 "$work/out" >&2; exit 1; }
}

median() { # LABEL
  sort -n "$work/$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}

heading() { # WHAT OF-WHAT
  printf '%-28s %7s %7s %7s %8s   (%s)\n' milliseconds min median max "$2" "$1"
}

row() { # LABEL OTHER: with the median as a multiple of the other's
  sort -n "$work/$1" | awk -v label="$1" -v other="$(median "$2")" '{v[NR] = $1}
    END {m = v[int((NR + 1) / 2)]; printf "%-28s %7d %7d %7d %8.2f\n", label, v[1], m, v[NR], m / other}'
}

record() { # BENCH SETTINGS LABEL
  [ -z "${RESULTS:-}" ] || sort -n "$work/$3" | awk -v OFS='\t' -v bench="$1" -v settings="$2" -v label="$3" \
    '{v[NR] = $1} END {print bench, settings, label, v[1], v[int((NR + 1) / 2)], v[NR]}' >>"$RESULTS"
}

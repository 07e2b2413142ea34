# one-process.sh - booting and ending a server that is one process; `*-up.sh` and `*-down.sh` source it. The script sets
# NAME, HOME_, HERE, PORT, AK, SK, BUCKET, ROLE (may be empty), DOWN (its down script) and the function `serve`; one that
# keeps its objects as files sets FOLDER too, which has a folder for each bucket.

# alive: ours, not another process that has the number by now: it runs our own program.
alive() {
  local pid
  pid=$(cat "$HOME_/pid" 2>/dev/null) && [ -n "$pid" ] && ! gone "$pid" &&
    case "$(readlink "/proc/$pid/exe")" in "$(readlink -f "$HOME_")/bin/"*) ;; *) false ;; esac
}

# boot: uses what runs already, else starts it with `serve` (which calls `start "$HOME_/pid" "$HOME_/out" COMMAND...`).
boot() {
  local endpoint=http://127.0.0.1:$PORT i
  if alive; then
    say "runs already"
    answer no
    return
  fi
  port_is_free "$PORT" || die "port $PORT is taken by another program"
  # Whatever goes wrong from here on, nothing stays.
  trap '[ $? = 0 ] || end' EXIT
  trap 'exit 143' INT TERM HUP
  LOGS=$HOME_/out
  serve
  for i in $(seq 600); do
    curl -s -o /dev/null "$endpoint/" && break
    alive || [ "$i" -lt 5 ] || die "it ended"
    sleep 0.1
  done
  alive || die "it ended"
  only_loopback "$(cat "$HOME_/pid")" || die "listens beyond loopback"
  make_bucket "$endpoint" us-east-1 "$AK" "$SK" "$BUCKET"
  print_settings "$endpoint" us-east-1 "$AK" "$SK" "$BUCKET" "$ROLE" >"$HOME_/env"
  [ -z "${FOLDER-}" ] || echo "export S3_FOLDER=$FOLDER" >>"$HOME_/env"
  answer yes
}

# end: ends the server, if it is ours and runs.
end() {
  if alive; then stop_pid "$(cat "$HOME_/pid")" TERM; fi
  rm -f "$HOME_/pid"
}

# go_program PROGRAM PACKAGE@VERSION: $HOME_/bin/PROGRAM, built by `go install` when it or this version is missing. The
# modules and objects that the build needs (1 to 3 GB) are thrown away after it.
go_program() {
  local program=$1 package=$2 work=$HOME_/build
  [ "$(cat "$HOME_/bin/version" 2>/dev/null)" = "$package" ] && [ -x "$HOME_/bin/$program" ] && return
  command -v go >/dev/null || die "building $program needs Go (1.26 or later) on the PATH"
  say "go install $package"
  mkdir -p "$HOME_/bin" "$work"
  twice go_install "$package" || { LOGS=$HOME_/install.log; chmod -R u+w "$work"; rm -rf "$work"; die "go install $package"; }
  chmod -R u+w "$work"
  rm -rf "$work"
  echo "$package" >"$HOME_/bin/version"
}
go_install() {
  GOBIN=$HOME_/bin GOPATH=$work GOCACHE=$work/cache GOFLAGS= GOTOOLCHAIN=local CGO_ENABLED=0 \
    go install -ldflags '-s -w' "$1" </dev/null 9>&- >"$HOME_/install.log" 2>&1
}
need_curl() { command -v curl >/dev/null || install_packages curl; }

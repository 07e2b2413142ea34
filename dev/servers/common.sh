# common.sh - what the scripts that boot S3 servers share; they source it. Sets nothing up by itself.
# A script sets NAME (for its messages) and HOME_ (the folder where its server lives) before the functions below.

begun=$(date +%s%N)
say() { printf '%s [%5.1fs] %s\n' "$NAME" "$((($(date +%s%N) - begun) / 10000000))e-2" "$*" >&2; }

# die TEXT...: the reason, and the ends of what LOGS hold; the script's own EXIT trap clears up.
die() {
  local file
  say "FAILED: $*"
  for file in ${LOGS-}; do [ -s "$file" ] && { echo "--- $file"; tail -n 8 "$file"; } >&2; done
  exit 1
}

# One script at a time for each server: `down` waits for an `up` that is under way. Daemons must be started with 9>&-.
take_turns() {
  mkdir -p "$HOME_"
  # What lies there is run, and the name can be foreseen.
  [ -O "$HOME_" ] || die "$HOME_ belongs to somebody else; name another folder in the script's _HOME variable"
  exec 9>"$HOME_/lock"
  flock -w 900 9 || die "another script has held $HOME_/lock for 15 minutes"
}

# Mirrors fail now and then: what fails is tried once more.
twice() { "$@" || { say "once more: $1"; sleep 5; "$@"; }; }

# install_packages PACKAGE...: through apt-get, without starting what the packages bring along. Maintainer scripts ask
# policy-rc.d whether they may start a service (Debian Policy 9.3.3); 101 says no.
install_packages() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || die "$* missing; only root on Debian can install them"
  local policy=/usr/sbin/policy-rc.d
  # In a shell of its own, whose trap takes it away however that ends.
  if ! (
    [ -e "$policy" ] || { trap 'rm -f "$policy"' EXIT; trap 'exit 143' INT TERM HUP; printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; }
    _apt "$@" >"$HOME_/install.log" 2>&1 || { sleep 5; _apt "$@" >>"$HOME_/install.log" 2>&1; }
  ); then
    LOGS=$HOME_/install.log
    die "apt-get install $*"
  fi
}
_apt() {
  local wait=-oDPkg::Lock::Timeout=300
  apt-get "$wait" update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get "$wait" install -y -qq --no-install-recommends "$@" </dev/null
}

# start PIDFILE OUTPUT COMMAND...: a daemon in a session of its own. setsid does not fork here, so $! is the daemon's pid.
start() {
  local pidfile=$1 output=$2
  shift 2
  setsid "$@" >"$output" 2>&1 </dev/null 9>&- &
  echo $! >"$pidfile"
}

# stop_pid PID SIGNAL: ends a process, the hard way after 15 s, and returns when it is gone.
stop_pid() {
  local i
  kill -"$2" "$1" 2>/dev/null || return 0
  for i in $(seq 150); do gone "$1" && return 0; sleep 0.1; done
  kill -KILL "$1" 2>/dev/null
  for i in $(seq 50); do gone "$1" && return 0; sleep 0.1; done
}
# A process that nobody waits for stays as a zombie, without a command line.
gone() { [ -z "$(tr -d '\0' 2>/dev/null <"/proc/$1/cmdline")" ]; }

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# only_loopback PID...: fails when one of the processes listens on an address that others can reach.
only_loopback() {
  local inodes pid link
  # state 0A is LISTEN; addresses are hexadecimal, the last byte first: 127.0.0.0/8, the same in IPv6, and ::1
  inodes=$(awk '$4 == "0A" && $2 !~ /^......7F:/ && $2 !~ /^0000000000000000FFFF0000......7F:/ &&
    $2 !~ /^00000000000000000000000001000000:/ { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  for pid; do
    for link in "/proc/$pid/fd/"*; do
      case $(readlink "$link") in
        'socket:['*) link=$(readlink "$link"); link=${link#*[}; grep -qx "${link%]}" <<<"$inodes" && return 1 ;;
      esac
    done
  done
  return 0
}

# make_bucket ENDPOINT REGION KEY SECRET BUCKET: there is one afterwards.
make_bucket() {
  local code
  code=$(curl -s -o "$HOME_/bucket.out" -w '%{http_code}' -X PUT --aws-sigv4 "aws:amz:$2:s3" --user "$3:$4" \
    -H 'x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' "$1/$5")
  [ "$code" = 200 ] || [ "$code" = 409 ] || { LOGS=$HOME_/bucket.out; die "bucket $5: HTTP $code"; }
}

# print_settings ENDPOINT REGION KEY SECRET BUCKET [ROLE_ARN] >FILE: to be sourced by a shell.
print_settings() {
  cat <<S
export S3_ENDPOINT=$1
export AWS_ACCESS_KEY_ID=$3
export AWS_SECRET_ACCESS_KEY=$4
export AWS_REGION=$2
export S3_FORCE_PATH_STYLE=true
export S3_BUCKET=$5
S
  [ -z "${6-}" ] || printf 'export STS_ENDPOINT=%s\nexport STS_ROLE_ARN=%s\n' "$1" "$6"
}

# answer yes|no: what an `up` prints; the argument says whether this call started the server, or found it running.
answer() {
  say ready
  cat "$HOME_/env"
  echo "export S3_SERVER_STARTED=$1"
}

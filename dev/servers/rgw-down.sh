#!/bin/bash
# rgw-down.sh - ends what rgw-up.sh started (same RGW_SUITE / RGW_HOME), and nothing else. Data stay.
#   RGW_WIPE=1 deletes the data, RGW_PURGE=1 the unpacked packages too.
#   RGW_ONLY="rgw osd" ends these daemons alone (of rgw, osd, mon) and deletes nothing.
set -u
SUITE=${RGW_SUITE:-forky}
NAME=rgw-down HOME_=${RGW_HOME:-/var/tmp/rgw-$SUITE}
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ -d "$HOME_" ] || { say "nothing to end: no $HOME_"; exit 0; }
[ -n "${RGW_LOCKED-}" ] || take_turns
H=$HOME_/root/srv/rgw-data
[ "$SUITE" = host ] && H=$HOME_/data

# stop NAME PROGRAM SIGNAL
stop() {
  local file=$H/$1.pid pid
  [[ " ${RGW_ONLY-rgw osd mon} " == *" $1 "* ]] || return 0
  [ -s "$file" ] || return 0
  pid=$(cat "$file")
  rm -f "$file"
  case "$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")" in *"$2 "*) ;; *) return 0 ;; esac
  # The number may be another's by now: ours runs in our own root, or (host) on our own data folder.
  if [ "$SUITE" = host ]; then
    grep -q -- "$H/" "/proc/$pid/cmdline" || return 0
  else
    [ "$(readlink "/proc/$pid/root")" = "$(readlink -f "$HOME_/root")" ] || return 0
  fi
  stop_pid "$pid" "$3"
}
stop rgw radosgw KILL # stateless; TERM takes 30 s
stop osd ceph-osd TERM
stop mon ceph-mon TERM
[ -z "${RGW_ONLY-}" ] || exit 0
[ "${RGW_WIPE:-0}${RGW_PURGE:-0}" = 00 ] || rm -rf "$H"
[ "${RGW_PURGE:-0}" = 0 ] || rm -rf "$HOME_"
say stopped

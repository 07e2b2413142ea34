#!/bin/bash
# versitygw-down.sh - ends what versitygw-up.sh started (same VERSITYGW_HOME), and nothing else. VERSITYGW_WIPE=1 deletes the data,
# VERSITYGW_PURGE=1 the program too.
set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NAME=versitygw-down HOME_=${VERSITYGW_HOME:-/var/tmp/versitygw}
. "$HERE/common.sh"
. "$HERE/one-process.sh"
[ -d "$HOME_" ] || { say "nothing to end: no $HOME_"; exit 0; }
take_turns
end
[ "${VERSITYGW_WIPE:-0}${VERSITYGW_PURGE:-0}" = 00 ] || rm -rf "$HOME_/data"
[ "${VERSITYGW_PURGE:-0}" = 0 ] || rm -rf "$HOME_"
say stopped

#!/bin/bash
# minio-down.sh - ends what minio-up.sh started (same MINIO_HOME), and nothing else. MINIO_WIPE=1 deletes the data,
# MINIO_PURGE=1 the program too.
set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NAME=minio-down HOME_=${MINIO_HOME:-/var/tmp/minio}
. "$HERE/common.sh"
. "$HERE/one-process.sh"
[ -d "$HOME_" ] || { say "nothing to end: no $HOME_"; exit 0; }
take_turns
end
[ "${MINIO_WIPE:-0}${MINIO_PURGE:-0}" = 00 ] || rm -rf "$HOME_/data"
[ "${MINIO_PURGE:-0}" = 0 ] || rm -rf "$HOME_"
say stopped

#!/bin/bash
# versitygw-up.sh - boots the Versity S3 Gateway on loopback: objects are files, with their attributes in xattrs. No
# prompt. Builds the program with `go install` when it is missing.
#   bash versitygw-up.sh    prints settings for a shell (also in $VERSITYGW_HOME/env);  versitygw-down.sh ends it
# What runs already is used. Settings (environment):
#   VERSITYGW_HOME  where everything lives (default /var/tmp/versitygw); its filesystem must have user xattrs
#   VERSITYGW_PORT  S3 port (default 7510)
#   VERSITYGW_AK, VERSITYGW_SK, VERSITYGW_BUCKET   keys and bucket to make
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NAME=versitygw-up HOME_=${VERSITYGW_HOME:-/var/tmp/versitygw} PORT=${VERSITYGW_PORT:-7510}
AK=${VERSITYGW_AK:-versitygw-access-key} SK=${VERSITYGW_SK:-versitygw-secret-key} BUCKET=${VERSITYGW_BUCKET:-test-bucket}
ROLE= # AssumeRole is only in its separate IAM server
FOLDER=$HOME_/data/buckets
. "$HERE/common.sh"
. "$HERE/one-process.sh"
take_turns
need_curl
go_program versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0

serve() {
  mkdir -p "$FOLDER" "$HOME_/data/versions" "$HOME_/data/iam"
  # keys on the command line would be readable by everybody on the machine
  ROOT_ACCESS_KEY=$AK ROOT_SECRET_KEY=$SK start "$HOME_/pid" "$HOME_/out" "$HOME_/bin/versitygw" \
    --port "127.0.0.1:$PORT" --region us-east-1 --quiet --keep-alive --iam-dir "$HOME_/data/iam" \
    posix --versioning-dir "$HOME_/data/versions" "$FOLDER"
}
boot

#!/bin/bash
# minio-up.sh - boots MinIO, with one drive, on loopback. No prompt. Builds the program with `go install` when it is
# missing.
#   bash minio-up.sh    prints settings for a shell (also in $MINIO_HOME/env);  minio-down.sh ends it
# What runs already is used. Settings (environment):
#   MINIO_HOME  where everything lives (default /var/tmp/minio)      MINIO_PORT  S3 port (default 7520)
#   MINIO_AK, MINIO_SK, MINIO_BUCKET   keys and bucket to make
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NAME=minio-up HOME_=${MINIO_HOME:-/var/tmp/minio} PORT=${MINIO_PORT:-7520}
AK=${MINIO_AK:-minio-access-key} SK=${MINIO_SK:-minio-secret-key} BUCKET=${MINIO_BUCKET:-test-bucket}
ROLE=arn:aws:iam:::role/any # AssumeRole takes any, and gives the rights of the keys
. "$HERE/common.sh"
. "$HERE/one-process.sh"
take_turns
need_curl
# its releases are no Go versions, so a commit stands for one
go_program minio github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

serve() {
  mkdir -p "$HOME_/data"
  # nothing is looked up, reported or shown: no update check, no console, no settings from a home folder
  HOME=$HOME_ MINIO_ROOT_USER=$AK MINIO_ROOT_PASSWORD=$SK MINIO_REGION=us-east-1 MINIO_BROWSER=off MINIO_UPDATE=off \
    MINIO_CALLHOME_ENABLE=off start "$HOME_/pid" "$HOME_/out" "$HOME_/bin/minio" --quiet \
    --config-dir "$HOME_/config" server --address "127.0.0.1:$PORT" "$HOME_/data"
}
boot

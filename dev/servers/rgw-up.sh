#!/bin/bash
# rgw-up.sh - boots a single-node Ceph Object Gateway (S3) on loopback. No prompt, no systemd, no container. As root.
#   bash rgw-up.sh     installs if needed, boots, makes user and bucket, prints settings for a shell (also in $RGW_HOME/env)
#   bash rgw-down.sh   ends it and keeps the data; with RGW_WIPE=1 it deletes them
# What runs already is used. Several run side by side, each with its own RGW_SUITE (or RGW_HOME) and RGW_PORT.
# Settings (environment):
#   RGW_SUITE  forky (Ceph 20.2 "Tentacle", default) | trixie (18.2) | sid | host (apt-get's own; on bookworm 16.2)
#   RGW_HOME   where everything lives (default /var/tmp/rgw-$RGW_SUITE)
#   RGW_PORT   S3 port (default 7480); the monitor takes the next one
#   RGW_STORE  bluestore (a sparse file, survives restarts, default) | memstore (RAM, gone when the OSD ends)
#   RGW_AK, RGW_SK, RGW_BUCKET   keys and bucket to make
#   RGW_LC_DEBUG=10              a "day" of lifecycle rules lasts 10 s
#   RGW_MIRROR                   Debian mirror (default: the host's own)
set -euo pipefail
export LC_ALL=C LANG=C # radosgw aborts on a locale that the unpacked root lacks
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SUITE=${RGW_SUITE:-forky} PORT=${RGW_PORT:-7480} STORE=${RGW_STORE:-bluestore}
NAME=rgw-up HOME_=${RGW_HOME:-/var/tmp/rgw-$SUITE}
AK=${RGW_AK:-AKIARGWTEST000000001} SK=${RGW_SK:-rgwTestSecretKey0123456789abcdefghijklmn} BUCKET=${RGW_BUCKET:-test-bucket}
. "$HERE/common.sh"
[ "$(id -u)" = 0 ] || die "needs root"
take_turns

# ---- 1. install ------------------------------------------------------------------------------------------------------
# unpack: all packages, without running their maintainer scripts; the host is left as it is
unpack() {
  rm -rf "$ROOT"
  mmdebstrap --mode=root --variant=extract --include=radosgw,ceph-osd,ceph-mon,ceph-common,dash,coreutils,python3-minimal \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$SUITE" "$ROOT" "$MIRROR" </dev/null 9>&- >>"$HOME_/install.log" 2>&1
}
has() { local program; for program; do command -v "$program" >/dev/null || return 1; done; }
if [ "$SUITE" = host ]; then
  ROOT=""
  has radosgw ceph-osd ceph-mon curl || { say "apt-get install radosgw (about 20 s)"; install_packages ceph-mon ceph-osd radosgw curl; }
else
  ROOT=$HOME_/root
  if [ ! -e "$ROOT/.ready" ]; then
    MIRROR=${RGW_MIRROR:-$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1 || true)}
    MIRROR=${MIRROR:-$(sed -nE 's/^deb +(\[[^]]*\] +)?(http[^ ]*) .*/\2/p' /etc/apt/sources.list 2>/dev/null | head -n 1 || true)}
    [ -n "$MIRROR" ] || die "no Debian mirror in /etc/apt; name one in RGW_MIRROR"
    has mmdebstrap curl || install_packages mmdebstrap curl
    say "unpacking Debian $SUITE's ceph-mon ceph-osd radosgw into $ROOT (about 40 s, 510 MB)"
    twice unpack || { LOGS=$HOME_/install.log; die mmdebstrap; }
    for d in bin sbin lib lib64; do [ -e "$ROOT/$d" ] || ln -s usr/$d "$ROOT/$d"; done
    mkdir -p "$ROOT"/{proc,srv,run,tmp,var/lib/ceph}
    printf 'ID=debian\nNAME=Debian\nPRETTY_NAME=Debian\nVERSION_ID=%s\n' "$SUITE" >"$ROOT/etc/os-release"
    touch "$ROOT/.ready"
  fi
fi
run() { if [ -n "$ROOT" ]; then chroot "$ROOT" "$@" 9>&-; else command "$@" 9>&-; fi; }
D=/srv/rgw-data
[ -n "$ROOT" ] || D=$HOME_/data
H=$ROOT$D
mkdir -p "$H/mon" "$H/osd" "$H/log"
say "$(run radosgw --version | cut -d' ' -f1-3,5-)"

# alive NAME: our own daemon runs (in our root, or for host on our data folder); a zombie has no command line
alive() {
  local pid
  pid=$(cat "$H/$1.pid" 2>/dev/null) || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qE "(ceph-(mon|osd)|radosgw) .*$D/" || return 1
  [ -z "$ROOT" ] || [ "$(readlink "/proc/$pid/root")" = "$(readlink -f "$ROOT")" ]
}
if alive rgw && alive osd && alive mon; then
  say "runs already"
  answer no
  exit 0
fi

# Nothing may be started before it is known that the ports are free, and what others started may not be ended for that.
alive rgw || port_is_free "$PORT" || die "port $PORT is taken by another program; choose another with RGW_PORT"
alive mon || port_is_free $((PORT + 1)) || die "port $((PORT + 1)) is taken by another program; choose another with RGW_PORT"
# A server that lost a daemon gets it anew, and stays whose it was.
STARTED=yes
if alive mon || alive osd || alive rgw; then STARTED=no; fi

# Whatever goes wrong from here on, what this call started does not stay, and what ran before does.
MINE=
undo() { [ -z "$MINE" ] || RGW_LOCKED=yes RGW_ONLY=$MINE bash "$HERE/rgw-down.sh" || true; }
trap '[ $? = 0 ] || undo' EXIT
trap 'exit 143' INT TERM HUP
LOGS="$H/mon-mkfs.out $H/osd-mkfs.out $H/user.out $H/mon.out $H/osd.out $H/rgw.out"

# ---- 2. configure ----------------------------------------------------------------------------------------------------
FSID=$(cat "$H/fsid" 2>/dev/null || tee "$H/fsid" </proc/sys/kernel/random/uuid)
OSDID=11111111-1111-4111-8111-111111111111
cat >"$H/ceph.conf" <<C
[global]
fsid = $FSID
mon initial members = a
mon host = v2:127.0.0.1:$((PORT + 1))
ms bind ipv4 = true
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = true
run dir = $D
admin socket =
log file = $D/log/\$name.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 2000
mon data avail warn = 1
mon data avail crit = 0
paxos propose interval = 0.05
paxos min wait = 0.01
# What they would keep in memory for the log of a crash is a quarter of their work.
debug rgw = 0/0
debug osd = 0/0
debug bluestore = 0/0
debug bluefs = 0/0
debug bdev = 0/0
debug rocksdb = 0/0
debug objclass = 0/0
[mon]
mon data = $D/mon
mon cluster log file = $D/log/cluster.log
[osd]
osd data = $D/osd
osd objectstore = $STORE
osd memory target = 1073741824
osd class load list = *
osd class default list = *
osd heartbeat grace = 120
osd client watch timeout = 10
memstore device bytes = 12884901888
bluestore block size = 21474836480
[client]
ms mon client mode = crc
rgw frontends = beast endpoint=127.0.0.1:$PORT tcp_nodelay=1
rgw dns name = s3.localhost
rgw s3 auth use sts = true
# the default order (sts first) answers AccessDenied where AWS answers SignatureDoesNotMatch or InvalidAccessKeyId
rgw s3 auth order = local, sts
rgw sts key = abcdefghijklmnop
rgw max listing results = 1000
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=YmluCmJvb3N0CmJvb3N0LWJ1aWxkCmNlcGguY29uZgo= testkey-2=aWIKTWFrZWZpbGUKbWFuCm91dApzcmMKVGVzdGluZwo=
${RGW_LC_DEBUG:+rgw lc debug interval = $RGW_LC_DEBUG}
C

# ---- 3. monitor, OSD, user, gateway ----------------------------------------------------------------------------------
ceph() { run ceph -c "$D/ceph.conf" --connect-timeout 20 "$@"; }
admin() { run radosgw-admin -c "$D/ceph.conf" "$@"; }
bg() { local name=$1; shift; MINE="$MINE $name"; start "$H/$name.pid" "$H/$name.out" ${ROOT:+chroot "$ROOT"} "$@"; }
alive mon || {
  [ -e "$H/mon/store.db" ] || {
    run monmaptool --create --fsid "$FSID" --addv a "[v2:127.0.0.1:$((PORT + 1))]" --clobber "$D/monmap" >/dev/null
    run ceph-mon -c "$D/ceph.conf" --mkfs -i a --monmap "$D/monmap" >"$H/mon-mkfs.out" 2>&1 || die "ceph-mon --mkfs"
  }
  bg mon ceph-mon -f -c "$D/ceph.conf" -i a
}
ceph mon stat >/dev/null 2>&1 || twice ceph mon stat >/dev/null 2>&1 || die "monitor does not answer"
say "monitor up"
alive osd || {
  [ -e "$H/osd/ready" ] || {
    ceph osd new $OSDID >/dev/null 2>&1 || die "osd new"
    run ceph-osd -c "$D/ceph.conf" -i 0 --mkfs --osd-uuid $OSDID >"$H/osd-mkfs.out" 2>&1 || die "ceph-osd --mkfs"
  }
  bg osd ceph-osd -f -c "$D/ceph.conf" -i 0
}
# exactly one OSD that always restarts: a stale 'up' mark from the last run is harmless
for i in $(seq 600); do
  ceph osd stat 2>/dev/null | grep -q ' 1 up' && break
  alive osd || die "ceph-osd ended"
  sleep 0.1
done
say "osd up ($STORE)"
[ -e "$H/user.json" ] || {
  admin user create --uid=test --display-name=Test --access-key="$AK" --secret-key="$SK" \
    --caps="roles=*;user-policy=*" >"$H/user.json.new" 2>"$H/user.out" || die "user create"
  # a second storage class, and a role that may be assumed: arn:aws:iam:::role/S3Access
  admin zonegroup placement add --rgw-zonegroup default --placement-id default-placement --storage-class STANDARD_IA \
    >/dev/null 2>&1 || true
  admin zone placement add --rgw-zone default --placement-id default-placement --storage-class STANDARD_IA \
    --data-pool default.rgw.buckets.data >/dev/null 2>&1 || true
  admin role create --role-name=S3Access --assume-role-policy-doc='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam:::user/test"]},"Action":["sts:AssumeRole"]}]}' >"$H/role.out" 2>&1 || true
  admin role policy put --role-name=S3Access --policy-name=all --policy-doc='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:aws:s3:::*"}]}' >>"$H/role.out" 2>&1 || true
  mv "$H/user.json.new" "$H/user.json"
  touch "$H/osd/ready"
  say "user and role made"
}
alive rgw || bg rgw radosgw -f -c "$D/ceph.conf" -n client.rgw.a
for i in $(seq 600); do
  curl -fsS -o /dev/null "http://127.0.0.1:$PORT/" 2>/dev/null && break
  alive rgw || die "radosgw ended"
  sleep 0.1
done
alive rgw || die "radosgw ended"
say "gateway up"
only_loopback "$(cat "$H/mon.pid")" "$(cat "$H/osd.pid")" "$(cat "$H/rgw.pid")" || die "listens beyond loopback"
make_bucket "http://127.0.0.1:$PORT" us-east-1 "$AK" "$SK" "$BUCKET"
print_settings "http://127.0.0.1:$PORT" us-east-1 "$AK" "$SK" "$BUCKET" arn:aws:iam:::role/S3Access >"$HOME_/env"
answer $STARTED

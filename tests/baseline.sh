#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark digest and allocmark baseline on a recorded run: what they write, what they refuse, and that
# a directory is never left half-written.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
allocmark=$builddir/bench/allocmark
tmp=$(mktemp -d)
mounted=
cleanup() {
	if [ -n "$mounted" ]; then
		umount "$mounted" || true
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "no allocmark in $builddir/bench: run it by make check"
cd "$tmp"

# copy NAME: the recorded run in a directory of that name, writable.
copy() {
	mkdir "$1"
	cp "$srcdir/tests/data/run-small/manifest.json" "$srcdir/tests/data/run-small/blocks.jsonl" "$1"
	chmod u+w "$1"/*
}

# refuses NAME PATTERN COMMAND...: exit status 1, one line on stderr that matches.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$@" >out 2>err || status=$?
	if [ "$status" != 1 ] || [ "$(wc -l <err)" != 1 ] || ! grep -qE -e "$pattern" err; then
		tap_fail "$name" "wanted status 1 and one line like: $pattern" "status $status" "$(cat out err)"
	else
		tap_pass "$name"
	fi
}

copy run
tap_ok "a digest is made" "$allocmark" digest run
tap_is "it names the run and the length of its records" "$(head -1 run/costs.tsv | cut -f 1-4)" \
	"$(printf 'allocmark-costs\t1\tbc7f0a\t%s' "$(wc -c <run/blocks.jsonl)")"
tap_is "it has a row a line of the export" "$(tail -n +3 run/costs.tsv | wc -l)" \
	"$("$allocmark" export run | tail -n +2 | wc -l)"
cp run/costs.tsv first.tsv
tap_ok "it is made again" "$allocmark" digest run
tap_ok "and is the same" cmp run/costs.tsv first.tsv

tap_ok "a baseline is made" "$allocmark" baseline run base/
tap_is "of two files" "$(cd base && echo *)" "costs.tsv manifest.json"
tap_ok "with the run's digest" cmp run/costs.tsv base/costs.tsv
tap_is "and no reading that moves by itself" "$(grep -c '"state"' base/manifest.json || true)" 0
tap_ok "a baseline is a run" "$allocmark" baseline base base2
tap_ok "the same one" cmp base/manifest.json base2/manifest.json
sed 's/"id": "[0-9a-f]*"/"id": "000001"/' run/manifest.json >manifest.json
mv manifest.json run/manifest.json
refuses "a digest of another run" "run/costs.tsv:1: run \(that of manifest.json\): not '000001'" \
	"$allocmark" baseline run base3
"$allocmark" digest run
tap_ok "a baseline is refreshed" "$allocmark" baseline run base
tap_is "and is that of the new run" "$(grep -c '"id": "000001"' base/manifest.json)" 1

copy stopped
sed 's/"finished": true/"finished": false/' -i stopped/manifest.json
refuses "a run that is not finished" "stopped: the run is not finished: .*--resume=stopped" \
	"$allocmark" baseline stopped base4
tap_ok "unless it is asked for" "$allocmark" baseline --partial stopped base4
copy empty
: >empty/blocks.jsonl
refuses "a run without a record" "empty: the run has no record" "$allocmark" baseline empty base5
refuses "a run as the target" "run: there is something else than a baseline" \
	"$allocmark" baseline base run
mkdir foreign
: >foreign/file
refuses "another directory as the target" "foreign: there is something else" \
	"$allocmark" baseline run foreign
refuses "no directory to put it in" "none/base: cannot make it: .*the directory above" \
	"$allocmark" baseline run none/base
refuses "one word" "baseline: give the directory of a run and" "$allocmark" baseline run
refuses "three words" "baseline: 'c' is one word too many" "$allocmark" baseline run b c
refuses "digest of nothing" "digest: give the directory" "$allocmark" digest
refuses "digest of a baseline" "base/blocks.jsonl: cannot read" "$allocmark" digest base
tap_is "nothing was written by what was refused" "$(echo base3* base5* none*)" "base3* base5* none*"

mkdir small
if mount -t tmpfs -o size=16k none small 2>mount.err; then
	mounted=$tmp/small
	refuses "a full disk" "small/base.*: cannot write: No space left" "$allocmark" baseline run small/base
	tap_is "keeps nothing of it" "$(ls -A small)" ""
else
	tap_skip "a full disk" "mount: $(head -1 mount.err)"
fi
tap_done

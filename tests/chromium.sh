#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The report in headless Chromium, from a run recorded in a guest and a copy of it: opens quietly and asks
# for nothing, is used by keyboard, sorts, filters, can be read in light and dark, and prints whole.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
allocmark=$builddir/bench/allocmark
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "no allocmark in $builddir/bench: run it by make check"
chromium=$(command -v chromium || true)
[ -n "$chromium" ] || tap_skip_all "no chromium: apt-get install chromium"
command -v python3 >/dev/null || tap_skip_all "no python3: apt-get install python3"

mkdir "$tmp/one" "$tmp/two"
cp "$srcdir/tests/data/run-small/manifest.json" "$srcdir/tests/data/run-small/blocks.jsonl" "$tmp/one/"
cp "$tmp/one"/* "$tmp/two/"
TMPDIR=$tmp "$allocmark" report "$tmp/one" "$tmp/two" --output="$tmp/report.html" >/dev/null

status=0
TMPDIR=$tmp timeout -k 5 200 python3 "$srcdir/tests/page_browser.py" "$chromium" "$tmp/report.html" \
	>"$tmp/seen" 2>"$tmp/err" || status=$?
while IFS=$'\t' read -r word name why; do
	case $word in
	PASS) tap_pass "$name" ;;
	FAIL) tap_fail "$name" "$why" ;;
	NOTE) echo "# $name" ;;
	esac
done <"$tmp/seen"
if [ "$status" = 0 ] && [ "$(tail -n 1 "$tmp/seen")" = END ]; then
	tap_pass "the browser came to the end"
else
	tap_fail "the browser came to the end" "status $status" "$(tail -n 5 "$tmp/err")"
fi
tap_done

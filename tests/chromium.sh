#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The report in headless Chromium, from a run recorded in a guest and a copy of it: opens quietly and asks
# for nothing, is used by keyboard, sorts, filters, can be read in light and dark, and prints whole. And
# a page of ten large runs, which opens and is used as one of two small ones.
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

# look NAME PAGE [WHAT]: what the browser sees of the page.
look() {
	local status=0 word name why
	ALLOCMARK_PAGE_ONLY=${3:-} TMPDIR=$tmp timeout -k 5 200 python3 "$srcdir/tests/page_browser.py" "$chromium" "$2" \
		>"$tmp/seen" 2>"$tmp/err" || status=$?
	while IFS=$'\t' read -r word name why; do
		case $word in
		PASS) tap_pass "$1: $name" ;;
		FAIL) tap_fail "$1: $name" "$why" ;;
		SKIP) tap_skip "$1: $name" "$why" ;;
		NOTE) echo "# $1: $name" ;;
		esac
	done <"$tmp/seen"
	if [ "$status" = 0 ] && [ "$(tail -n 1 "$tmp/seen")" = END ]; then
		tap_pass "$1: the browser came to the end"
	else
		tap_fail "$1: the browser came to the end" "status $status" "$(tail -n 5 "$tmp/err")"
	fi
}

look page "$tmp/report.html"

# Ten runs of 2000 cells. What it costs to make and to open is counted, not timed: gnuplot is started once
# a picture, and both pictures and bytes are bounded.
mkdir "$tmp/bin"
gnuplot=$(command -v gnuplot || true)
printf '#!/bin/sh\necho >>"%s"\nexec "%s" "$@"\n' "$tmp/started" "$gnuplot" >"$tmp/bin/gnuplot"
chmod +x "$tmp/bin/gnuplot"
# The first lacks some cells: rows that have no figure of it.
"$builddir/tests/make_runs" "$tmp/many" --runs=1 --cells=1900 --rounds=10
"$builddir/tests/make_runs" "$tmp/many" --first=1 --runs=9 --cells=2000 --rounds=10 --step-at=5 --step=20
if [ -n "$gnuplot" ]; then
	PATH=$tmp/bin:$PATH TMPDIR=$tmp "$allocmark" report "$tmp"/many/run-* --output="$tmp/many.html" >/dev/null
	tap_is "large: gnuplot is started once a picture" "$(wc -l <"$tmp/started")" "$(grep -c '<figure' "$tmp/many.html")"
	tap_ok "large: no more than 200 pictures" test "$(wc -l <"$tmp/started")" -le 200
else
	"$allocmark" report "$tmp"/many/run-* --output="$tmp/many.html" --no-plots >/dev/null
fi
size=$(wc -c <"$tmp/many.html")
echo "# large: $size bytes"
tap_ok "large: below 20 MB" test "$size" -lt 20000000
look large "$tmp/many.html" large
tap_done

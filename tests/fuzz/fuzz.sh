#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The readers of files against bytes that nobody wrote: a libFuzzer target each, under ASan and UBSan, from
# the seeds in tests/data/fuzz and the recorded run, with a fixed seed and number of inputs, so that two
# runs try the same. AMK_FUZZ_RUNS=N tries more of them; what is found stays in AMK_FUZZ_KEEP.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/../..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
runs=${AMK_FUZZ_RUNS:-5000}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/../tap.sh
. "$srcdir/tests/tap.sh"

cd "$srcdir"
echo 'int LLVMFuzzerTestOneInput(const char *b, long n) { return b && n < 0; }' >"$tmp/probe.c"
clang -fsanitize=fuzzer,address,undefined "$tmp/probe.c" -o "$tmp/probe" 2>/dev/null ||
	tap_skip_all "no clang with libFuzzer: apt-get install clang"
[ -f "$builddir/config.h" ] || tap_skip_all "not configured: run it by make fuzz"

# shellcheck disable=SC2207,SC2046 # flags are words
flags=(-g -O1 -std=gnu11 -D_GNU_SOURCE -iquote "$srcdir" -iquote "$builddir"
	-DAMK_PKGLIBEXECDIR='""' -DAMK_PKGDATADIR='""' -fno-sanitize-recover=all
	$(pkg-config --cflags jansson inih hwloc))
# shellcheck disable=SC2207 # so are libraries
libraries=($(pkg-config --libs jansson inih) -lm)
if grep -q '^#define HAVE_PFM' "$builddir/config.h"; then
	libraries+=(-lpfm)
fi

mkdir -p "${AMK_FUZZ_KEEP:-$tmp/found}"
keep=$(realpath "${AMK_FUZZ_KEEP:-$tmp/found}")

# The readers, instrumented: all of lib/user but what knows hwloc, and the core.
build() {
	local file
	mkdir -p "$tmp/obj"
	for file in lib/core/*.c lib/user/*.c; do
		echo "$file"
	done | grep -v topology.c | xargs -P 2 -I '{}' bash -c '
		set -eu
		file=$1
		shift
		clang -fsanitize=fuzzer-no-link,address,undefined "$@" -c "$file" \
			-o "'"$tmp"'/obj/$(basename "$(dirname "$file")")-$(basename "$file" .c).o"
	' build '{}' "${flags[@]}"
	ar cr "$tmp/readers.a" "$tmp"/obj/*.o
}

link() {
	clang -fsanitize=fuzzer,address,undefined "${flags[@]}" "tests/fuzz/$1.c" "$tmp/readers.a" \
		"${libraries[@]}" -o "$tmp/$1"
}

# seeds TARGET: what it begins with, in a directory that it may add to.
seeds() {
	local to=$tmp/seeds-$1 run=tests/data/run-small
	mkdir -p "$to"
	cp tests/data/fuzz/"$1"-* "$to/"
	case $1 in
	thresholds) cp lib/user/thresholds.ini "$to/" ;;
	manifest) cp "$run/manifest.json" "$to/" ;;
	record) awk -v to="$to" 'NR % 60 == 1 { print >(to "/line" NR) }' "$run/blocks.jsonl" ;;
	esac
}

# fuzz TARGET: true when it finds nothing. It is run in a shell of its own, so it may go elsewhere.
fuzz() {
	cd "$tmp"
	"$tmp/$1" -seed=1 -runs="$runs" -max_len=16384 -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix="$keep/$1-" "$tmp/seeds-$1"
}

if ! tap_output=$(build 2>&1); then
	tap_fail "the readers are built" "$tap_output"
	tap_done
fi
for target in thresholds digest record manifest; do
	seeds "$target"
	tap_ok "$target: the target is built" link "$target"
	tap_ok "$target: $runs inputs find nothing" fuzz "$target"
done
tap_done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The project's own gate: instructions an operation of the hot paths, in the repeatable guest on the
# baseline's very kernel, against results/baselines/insn. What made the baseline's programs stands in
# its file `made-by`: where the compiler, the C library or the kernel is another, other instructions are no
# regression of ours, and the gate is skipped (exit status 77) with that as the reason.
set -euo pipefail

cd "$(dirname "$0")/.."
me=setup/baseline.sh
baseline=results/baselines/insn
# Hot paths of the harness itself and of allocators whose lists are short; what an mmap() costs depends
# on more than on its code.
user=user:null,user:malloc,user:malloc-control,user:pool
kernel=kernel:null,kernel:kmalloc,kernel:kmalloc-control,kernel:kmem_cache,kernel:alloc_pages
cells=("--strategies=$user,$kernel" --workloads=pair '--sizes=64,4K,32K')

usage() {
	cat <<END
Usage: $me [--refresh]
Gate the hot paths of this tree in the repeatable guest against $baseline.

  --refresh  make the baseline anew, on the distribution's cloud kernel, instead
  --help     this text

Exit status: that of 'allocmark gate' (0 pass, 1 regression, 2 error, 3 not comparable); 77 when what is
installed here is not what the baseline was made by.
END
}

die() {
	echo "$me: $*" >&2
	exit 2
}

skip() {
	echo "$me: skipped: $*"
	exit 77
}

# The installed version of the package that has FILE.
package_of() {
	local name
	name=$(dpkg-query -S "$1" 2>/dev/null || dpkg-query -S "$(realpath "$1")" 2>/dev/null) || return 1
	dpkg-query -W -f '${Package} ${Version}\n' "${name%%: *}"
}

# made_by RELEASE: what decides on the instructions of a run on that kernel, a line each. Of QEMU the
# release alone: it executes instructions, it makes none.
made_by() {
	local kdir
	kdir=$(vm/kernel.sh "$1" 2>/dev/null) || return 1
	echo "kernel $1 $(sha256sum <"$kdir/vmlinuz" | cut -c 1-16)"
	package_of "$(realpath "$(command -v "${CC:-gcc}")")"
	package_of /lib/x86_64-linux-gnu/libc.so.6
	qemu-system-x86_64 --version | sed -nE '1s/.*version ([0-9]+\.[0-9]+).*/qemu \1/p'
}

# measure RELEASE: one run; its directory in $run.
measure() {
	rm -rf build/baseline
	./run-bench.sh --where=guest --clock=insn --kernel="$1" --rounds=3 --no-plot --machine=baseline \
		--out=build/baseline "${cells[@]}" >build/baseline.log 2>&1 || {
		tail -n 5 build/baseline.log >&2
		die "the run failed: see build/baseline.log"
	}
	run=$(echo build/baseline/*/)
}

refresh() {
	local release
	release=$(cat "$(vm/kernel.sh --update default)/release")
	measure "$release"
	mkdir -p "${baseline%/*}"
	build/bench/allocmark baseline "$run" "$baseline"
	made_by "$release" >"$baseline/made-by"
	echo "$me: $baseline is new; look at it with git diff"
}

gate() {
	local release status=0
	[ -s "$baseline/made-by" ] || die "no $baseline/made-by: make the baseline with $me --refresh"
	release=$(sed -n 's/^kernel \([^ ]*\) .*/\1/p' "$baseline/made-by")
	made_by "$release" >build/made-by || skip "the kernel $release is no longer to be had"
	diff "$baseline/made-by" build/made-by >build/made-by.diff ||
		skip "not what the baseline was made by: $(grep '^[<>]' build/made-by.diff | paste -sd ' ')"
	measure "$release"
	build/bench/allocmark gate --no-remeasure --baseline="$baseline" \
		--thresholds=results/baselines/insn.ini "$run" || status=$?
	return "$status"
}

mkdir -p build
case ${1:-} in
'') gate ;;
--refresh) refresh ;;
--help) usage ;;
*) die "unknown option $1: one of --refresh --help" ;;
esac

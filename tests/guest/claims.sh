#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The claims of an old page against real guests: three boots of one kernel, as ./run-bench.sh --claims
# makes them but shorter, and one table of all three. What is asked holds on every kernel there is; what
# an ordinary kernel in an emulator cannot tell must say so.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare claims

# boot NAME MODULE-WORDS RUN-OPTIONS GUEST-OPTION...: one boot with a run, kept as $scratch/NAME.
boot() {
	local name=$1 words=$2 options=$3 status=0
	shift 3
	rm -rf "$scratch/out"
	guest_run --clock=insn "$@" <<-JOB || status=$?
		set -eu
		echo 0 >/proc/sys/vm/watermark_boost_factor
		${words:+echo 8192 >/proc/sys/vm/min_free_kbytes}
		insmod /lib/modules/allocmark.ko $words
		mkdir -p /job/out
		allocmark run --evidence --rounds=1 --seed=1 --no-table --environment="\$AMK_ENVIRONMENT" \\
			--out=/job/out/run --machine=guest $options
		rmmod allocmark
	JOB
	tap_is "$name: the guest's job succeeded" "$status" 0
	[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'
	guest_dmesg_clean
	rm -rf "${scratch:?}/$name"
	mv "$scratch/out/run" "$scratch/$name"
}

boot zeroed '' '--side=both --events=none' --append=init_on_alloc=1
boot plain '' '--side=kernel --events=none --workloads=zero' --append=init_on_alloc=0
boot short pressure=1 '--side=kernel --events=none --workloads=reserves,pressure --sizes=8K+1' --memory=256

table=$scratch/claims.tsv
allocmark claims --format=tsv -o "$table" "$scratch/zeroed" "$scratch/plain" "$scratch/short" 2>"$scratch/claims.err" || true
tap_empty "the claims are judged" "$(cat "$scratch/claims.err")"

# verdict CLAIM, figures CLAIM
verdict() {
	awk -F'\t' -v claim="$1" '$1 == claim { print $7 }' "$table"
}
figures() {
	awk -F'\t' -v claim="$1" '$1 == claim { print $9 }' "$table"
}

tap_is "all boots are one column" "$(awk -F'\t' 'NR > 1 { print $1 }' "$table" | sort | uniq -d | wc -l)" 0
tap_empty "no verdict without a number" "$(awk -F'\t' 'NR > 1 && $7 != "not testable here" && ($9 == "" || $10 < 1)' "$table")"
tap_empty "nothing untested without a reason" "$(awk -F'\t' 'NR > 1 && $7 == "not testable here" && $8 == ""' "$table")"

# What an ordinary kernel in an emulator cannot tell. That memory is not fragmented may happen.
untested='vmalloc-tlb-cost vmalloc-not-in-interrupt gfp-kernel-not-atomic vmalloc-scattered malloc-scattered'
tap_empty "all else was tested" "$(awk -F'\t' -v may=" $untested " '
	NR > 1 && $7 == "not testable here" && !index(may, " " $1 " ") { print $1 ": " $8 }' "$table")"
tap_is "an emulator does not tell what a page walk costs" "$(verdict vmalloc-tlb-cost)" "not testable here"

for claim in kmalloc-contiguous kzalloc-contiguous kcalloc-contiguous kzalloc-zeroed kcalloc-zeroed kcalloc-limit \
	kcalloc-overflow vmalloc-large vmalloc-one-range gfp-zone gfp-atomic-in-interrupts \
	gfp-atomic-reserves gfp-kernel-reclaims gfp-atomic-never-reclaims gfp-kernel-priority; do
	tap_is "$claim" "$(verdict "$claim")" "holds"
done
# How far it gets depends on what the kernel keeps for atomic requests of several pages, which it may begin to
# do at any moment: that it was measured is all that is sure.
case $(figures gfp-high-reserves) in
*'GFP_KERNEL|__GFP_HIGH: '[0-9]*' pages, refused at '*) tap_pass "gfp-high-reserves is measured" ;;
*) tap_fail "gfp-high-reserves is measured" "$(figures gfp-high-reserves)" ;;
esac
for claim in kmalloc-not-zeroed vmalloc-not-zeroed; do
	tap_is "$claim, by init_on_alloc" "$(verdict "$claim")" "holds here"
done
for claim in gfp-kernel-made-of gfp-atomic-made-of gfp-wait prototypes; do
	tap_is "$claim" "$(verdict "$claim")" "out of date"
done
tap_is "sizes are rounded up" "$(verdict kmalloc-byte-chunks)" "does not hold"
case $AMK_ARCH in
amd64) tap_is "memory for DMA lies below 16 MiB" "$(verdict gfp-dma-capable)" "holds here" ;;
esac
# The flags of this very kernel: __GFP_ATOMIC went with 6.3.
case $(cat "$kernel/release") in
5.* | 6.[0-2].*) wanted=yes ;;
*) wanted=no ;;
esac
got=no
case $(figures gfp-atomic-made-of) in
*__GFP_ATOMIC*) got=yes ;;
esac
tap_is "__GFP_ATOMIC is in GFP_ATOMIC to 6.2" "$got" "$wanted"
tap_done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The lookup of frames on arm64 against vmalloc_to_pfn(), virt_to_phys() and the processor's own
# translation, for every page: in a guest whose kernel maps all memory page by page, which is arm64's
# default, and in one that maps it by blocks and contiguous runs.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare arm64_frames

# The module of the test: this tree's lookup and nothing else of allocmark's.
build_check() {
	local vars=()

	rm -rf "$scratch/frames"
	mkdir -p "$scratch/frames"
	ln -s "$AMK_SRCDIR" "$scratch/frames/tree"
	cp "$AMK_SRCDIR/tests/guest/frames_check.c" "$module_dir/amk_config.h" "$scratch/frames/"
	# shellcheck disable=SC2016 # the variable is make's
	printf '%s\n' 'obj-m := frames_check.o' \
		'ccflags-y := -std=gnu11 -I$(src)/tree -I$(src)/tree/kmod -include $(src)/amk_config.h' \
		>"$scratch/frames/Kbuild"
	mapfile -t vars <"$kernel/make.vars"
	make -C "$kernel/build" M="$scratch/frames" W=1 "${vars[@]}" modules >"$scratch/frames.log" 2>&1
}

# boot WORDS: what the module says of each range, in $said.
boot() {
	local status=0

	guest_run --file="$scratch/frames/frames_check.ko:/lib/modules/frames_check.ko" \
		--append="$1" <<-'JOB' || status=$?
	insmod /lib/modules/frames_check.ko && rmmod frames_check || exit 1
	dmesg | sed -n 's/^.*frames: //p'
	JOB
	tap_is "the guest's job succeeded ($1)" "$status" 0
	said=$(cat "$scratch/stdout")
	sed 's/^/# /' "$scratch/stdout"
	guest_dmesg_clean
}

# count RANGE WORD: the number after the word in the range's line.
count() {
	awk -v range="$1" -v word="$2" '$1 == range {
		for (i = 2; i < NF; i++) if ($i == word) n = $(i + 1) } END { print n + 0 }' <<<"$said"
}

# all_agree: that every range was looked at, all memory too, and no page was found wrong.
all_agree() {
	local range

	for range in kmalloc vmalloc vmalloc_huge text memory; do
		tap_ok "$range: pages were looked at" test "$(count $range pages)" -gt 60
		tap_is "$range: none of them is wrong" "$(count $range wrong)" 0
	done
	tap_ok "memory: all of it" test "$(count memory pages)" -gt $((400000 * 4096 / page))
	tap_is "vmalloc: its guard page has no frame" "$(grep '^guard' <<<"$said")" "guard -2"
	[ $page = 4096 ] || return 0
	tap_is "vmalloc: page by page" "$(count vmalloc shift12)" "$(count vmalloc pages)"
	tap_is "vmalloc_huge: by 2 MiB" "$(count vmalloc_huge shift21)" "$(count vmalloc_huge pages)"
}

# What is expected of levels below is of pages of 4 KiB; frames are right with others too.
page=4096
! grep -q '^CONFIG_ARM64_16K_PAGES=y' "$kernel/config" || page=16384
! grep -q '^CONFIG_ARM64_64K_PAGES=y' "$kernel/config" || page=65536

tap_ok "the test's module builds" build_check
if [ ! -f "$scratch/frames/frames_check.ko" ]; then
	tail -n 20 "$scratch/frames.log" | sed 's/^/# /'
	tap_done
fi
boot rodata=full
all_agree
[ $page = 4096 ] || tap_done
tap_is "kmalloc, rodata=full: page by page" "$(count kmalloc shift12)" "$(count kmalloc pages)"
boot rodata=on
all_agree
tap_is "kmalloc, rodata=on: not one page by itself" "$(count kmalloc shift12)" 0
tap_ok "memory, rodata=on: contiguous runs of 64 KiB" test "$(count memory shift16)" -gt 0
tap_ok "memory, rodata=on: blocks of 2 MiB, contiguous ones too" \
	test "$(count memory shift25)" -gt "$(count memory shift12)"
tap_done

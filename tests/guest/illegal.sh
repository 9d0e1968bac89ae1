#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Allocating in atomic context on the debug kernel, whose own complaint is what counts: ways that may
# sleep are complained of each time, ways that may not never, and nothing else is in the kernel's log.
# Unasked it is not done. The kernel is not built here: vm/kernel.sh debug does that.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"

AMK_GUEST_KERNEL=${AMK_GUEST_KERNEL:-debug}
"$AMK_SRCDIR/vm/kernel.sh" --cached --arch="$AMK_ARCH" "$AMK_GUEST_KERNEL" >/dev/null 2>&1 ||
	tap_skip_all "no debug kernel in the cache: vm/kernel.sh $AMK_GUEST_KERNEL builds it"
guest_prepare illegal

may_sleep='kmalloc kmalloc-plain kmalloc-high kmalloc-noio kmalloc-nofs vmalloc vzalloc kvmalloc'
may_not='kmalloc-atomic kmalloc-nowait'
strategies=$(echo "$may_sleep $may_not" | tr ' ' ,)

status=0
guest_run --timeout=600 <<JOB || status=$?
set -eu
measure() {
	allocmark run --no-table --side=kernel --rounds=1 --workloads=illegal \\
		--strategies="\$1" --out=/job/out/\$2 --environment="\$AMK_ENVIRONMENT"
}
insmod /lib/modules/allocmark.ko
measure kmalloc unasked
rmmod allocmark
dmesg >/job/out/dmesg-unasked.txt
insmod /lib/modules/allocmark.ko illegal=1
measure $strategies asked
rmmod allocmark
JOB
tap_is "the guest's job succeeded" "$status" 0
[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'

# number STRATEGY METRIC: a value of the run that was asked for.
number() {
	allocmark export "$scratch/out/asked" | awk -F'\t' -v strategy="$1" -v metric="$2" '
		$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["strategy"] == strategy && $at["metric"] == metric { print $at["cost"]; exit }'
}

# complained NAME REPORTS: calls, memory given and complaints of a strategy.
complained() {
	tap_is "$1: $2 complaints of 2 calls, each of which gave memory" \
		"$(number "$1" illegal_calls) $(number "$1" illegal_given) $(number "$1" illegal_reports)" \
		"2 2 $2"
}

tap_ok "unasked it is not done" grep -q 'loaded with illegal=1' "$scratch/out/unasked/blocks.jsonl"
tap_empty "and the kernel's log has nothing" "$(guest_splats "$scratch/out/dmesg-unasked.txt")"
for strategy in $may_sleep; do
	complained "$strategy" 2
done
for strategy in $may_not; do
	complained "$strategy" 0
done

log=$scratch/out/dmesg.txt
tap_is "each complaint is in the kernel's log" \
	"$(grep -c 'BUG: sleeping function called from invalid context' "$log")" \
	"$((2 * $(wc -w <<<"$may_sleep")))"
tap_ok "with the way that led to vmalloc" grep -q '__vmalloc_node' "$log"
tap_ok "and to it, from here" grep -q 'amk_illegal_call' "$log"
tap_empty "nothing else is in it" \
	"$(guest_splats "$log" | grep -vE 'BUG: sleeping function|Call Trace:|RIP: 0033:')"
tap_done

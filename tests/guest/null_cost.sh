#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the harness adds: the empty strategy on both sides, in a guest whose clock counts instructions.
# After the slope, a null operation may cost two of them.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare null_cost

status=0
guest_run --clock=insn <<'JOB' || status=$?
set -eu
insmod /lib/modules/allocmark.ko
allocmark run --side=both --rounds=3 --out=/job/out/run --environment="$AMK_ENVIRONMENT" \
	--strategies=user:null,kernel:null --workloads=pair --sizes=64
rmmod allocmark
JOB
tap_is "the guest's job succeeded" "$status" 0
allocmark export "$scratch/out/run" >"$scratch/cells.tsv"
for side in user kernel; do
	cost=$(awk -F'\t' -v side=$side '
		$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["side"] == side && $at["metric"] == "lat_pair" { print $at["cost"], $at["unit"] }' \
		"$scratch/cells.tsv")
	case $cost in
	*" insn")
		tap_ok "an empty $side operation costs at most 2 instructions ($cost)" \
			awk -v cost="${cost% *}" 'BEGIN { exit !(cost > 0 && cost <= 2) }' ;;
	*) tap_fail "an empty $side operation was measured in instructions" "got '$cost'" ;;
	esac
done
guest_dmesg_clean
tap_done

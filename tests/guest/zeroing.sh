#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What reads zero, with the kernel's init_on_alloc off and on, a short guest each: memory is
# poisoned, freed and allocated again. Off, kmalloc() gives the poison back and kzalloc() does not;
# on, nothing does. That is what makes kzalloc() look as cheap as kmalloc() on kernels that have it on.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare zeroing

plain='kmalloc kmalloc-atomic kmalloc-dma kmem_cache vmalloc alloc_pages'
zeroed='kzalloc kcalloc vzalloc'
for setting in 0 1; do
	status=0
	guest_run --memory=512 --cpus=1 --timeout=600 --append=init_on_alloc=$setting \
		--append=init_on_free=0 <<-JOB || status=$?
		set -eu
		insmod /lib/modules/allocmark.ko
		allocmark run --side=kernel --rounds=1 --out=/job/out/zero$setting --events=none \
			--environment="\$AMK_ENVIRONMENT" --workloads=zero --sizes=64,4K,64K \
			--strategies=$(echo "$plain $zeroed" | tr ' ' ,) >/dev/null
		rmmod allocmark
	JOB
	tap_is "the guest of init_on_alloc=$setting succeeded" "$status" 0
	[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'
	cells=$scratch/zero$setting.tsv
	allocmark export "$scratch/out/zero$setting" >"$cells" || true
	for strategy in $zeroed; do
		for size in 64 4096 65536; do
			number "init_on_alloc=$setting: $strategy of $size bytes reads zero" \
				"$(cell kernel "$strategy" zero $size bytes_nonzero cost_max)" == 0
		done
	done
	for strategy in $plain; do
		for size in 64 4096 65536; do
			value=$(cell kernel "$strategy" zero $size bytes_nonzero cost_max)
			stale=$(cell kernel "$strategy" zero $size bytes_stale cost_min)
			if [ $setting = 0 ]; then
				number "init_on_alloc=0: $strategy of $size bytes holds what was there" "$stale" '>' 0
				continue
			fi
			number "init_on_alloc=1: $strategy of $size bytes reads zero" "$value" == 0
			# Memory that comes back at a new address cannot be told from fresh memory.
			[ "$strategy" = vmalloc ] ||
				number "init_on_alloc=1: $strategy of $size bytes was used before" \
					"$(cell kernel "$strategy" zero $size reused cost_min)" '>' 0
		done
	done
	guest_dmesg_clean
done
tap_done

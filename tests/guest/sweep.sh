#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sweeps in guests. Over how broken up memory is: each index is a run, what asks for single pages is always
# given them, what asks for 2 MiB in one piece is given less or as much the more memory is broken up, kvmalloc's
# two ways are the whole of what it gives, and curves are drawn of it. Of a guest that dies in the middle of
# a sweep the runs that had ended are here, whole.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare sweep

cat >"$scratch/job/hand-on" <<'END_OF_SCRIPT'
#!/bin/sh
echo "handed on ${1##*/}: $(wc -l <"$1/blocks.jsonl") records, $(grep -c '"finished": true' "$1/manifest.json") ended"
exec amk-send "$1"
END_OF_SCRIPT
cat >"$scratch/job/die" <<'END_OF_SCRIPT'
#!/bin/sh
amk-send "$1"
[ "${1##*/}" != threads2 ] || poweroff -f
END_OF_SCRIPT
chmod +x "$scratch/job/hand-on" "$scratch/job/die"

status=0
guest_run --memory=1024 --timeout=400 <<'JOB' || status=$?
set -eu
insmod /lib/modules/allocmark.ko
echo 256 >/proc/sys/vm/nr_overcommit_hugepages
allocmark run --side=both --fragmentation=0,0.5,0.98 --rounds=1 --seed=1 --events=none --no-table --quiet \
	--environment="$AMK_ENVIRONMENT" --strategies=alloc_pages,kmalloc,kvmalloc,vmalloc,hugetlb-2m --sizes=4K,2M \
	--then=/job/hand-on --out=/job/out
rmmod allocmark
JOB
tap_is "the guest's job succeeded" "$status" 0
[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'
tap_is "each run was handed on when it had ended" "$(cat "$scratch/stdout")" \
	"handed on fragmentation0: 10 records, 1 ended
handed on fragmentation0.5: 10 records, 1 ended
handed on fragmentation0.98: 10 records, 1 ended"
tap_is "that there may be surplus huge pages is told" \
	"$(sed -nE 's/.*"state.hugetlb_2m_overcommit": "([0-9]+)".*/\1/p' "$scratch/out/fragmentation0/manifest.json")" 256
runs=("$scratch/out/fragmentation0" "$scratch/out/fragmentation0.5" "$scratch/out/fragmentation0.98")

# of RUN STRATEGY SIZE METRIC: its figure in the run of that number.
of() {
	local side=kernel

	[ "$2" != hugetlb-2m ] || side=user
	cells=$scratch/$1.tsv
	[ -e "$cells" ] || allocmark export "${runs[$1]}" >"$cells"
	cell $side "$2" frag "$3" "$4" cost
}

# share RUN STRATEGY SIZE: of the attempts, what came in one piece; empty where a figure is missing.
share() {
	local tried given fallback=0

	tried=$(of "$@" frag_tried) given=$(of "$@" frag_given)
	[ "$2" != kvmalloc ] || fallback=$(of "$@" frag_fallback)
	awk -v t="$tried" -v g="$given" -v f="$fallback" 'BEGIN { if (t > 0 && g != "" && f != "") print (g - f) / t }'
}

page=4096 order9=$((2 << 20))
for run in 0 1 2; do
	for strategy in kmalloc kvmalloc vmalloc alloc_pages; do
		number "run $run: $strategy gives every page" "$(share $run $strategy $page)" == 1
	done
	number "run $run: vmalloc gives 2 MiB" "$(share $run vmalloc $order9)" == 1
	number "run $run: kvmalloc gives 2 MiB, the one way or the other" \
		"$(($(of $run kvmalloc $order9 frag_tried) - $(of $run kvmalloc $order9 frag_given)))" == 0
done
for strategy in kmalloc kvmalloc alloc_pages hugetlb-2m; do
	number "$strategy: 2 MiB in one piece while memory is whole" "$(share 0 $strategy $order9)" == 1
	number "$strategy: no more of it when memory is broken up" "$(share 1 $strategy $order9)" '<=' \
		"$(share 0 $strategy $order9)"
	number "$strategy: less when it nearly all is" "$(share 2 $strategy $order9)" '<' "$(share 1 $strategy $order9)"
done
tap_ok "curves over the index" allocmark plot --over=index --of=frag --format=svg --out="$scratch/plots" "${runs[@]}"
tap_is "with a point for each run, at the index it began with" \
	"$(awk -F'\t' '$7 == "kmalloc" && $8 == '$order9' { printf "%.1f ", $9 }' "$scratch/plots/data/over-index-frag-whole.tsv")" \
	"0.0 0.5 1.0 "
tap_is "the share that is drawn is that of the records" \
	"$(awk -F'\t' '$7 == "kvmalloc" && $8 == '$order9' { v = $10 } END { print v }' "$scratch/plots/data/over-index-frag-whole.tsv")" \
	"$(share 2 kvmalloc $order9)"
tap_ok "user space and kernel in one picture" grep -q 'hugetlb-2m (user)' "$scratch/plots/over-index-frag-whole.svg"
guest_dmesg_clean

rm -rf "$scratch/out"
status=0
guest_run --memory=512 --cpus=2 --timeout=120 <<'JOB' || status=$?
exec allocmark run --side=user --threads=1,2 --rounds=1 --events=none --no-table --quiet --environment="$AMK_ENVIRONMENT" \
	--strategies=malloc --workloads=pair --sizes=64,4K --then=/job/die --out=/job/out
JOB
tap_is "a guest that dies" "$status" 125
for run in threads1 threads2; do
	tap_is "$run: its records are here" "$(wc -l <"$scratch/out/$run/blocks.jsonl")" 2
	tap_ok "$run: and can be read" allocmark show "$scratch/out/$run"
done
tap_done

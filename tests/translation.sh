#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What show and plot say of translation, of a run recorded in a guest (tests/data/run-translation): the
# tables and the section against golden ones beside it. Counted walks, which a guest without a PMU
# does not have, are put into a copy: one cell agrees with the model and one does not.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
allocmark=$builddir/bench/allocmark
data=$srcdir/tests/data/run-translation
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "no allocmark in $builddir/bench: run it by make check"

# copy NAME: the recorded run in a directory of that name, writable.
copy() {
	mkdir "$tmp/$1"
	cp "$data/manifest.json" "$data/blocks.jsonl" "$tmp/$1/"
	chmod u+w "$tmp/$1"/*
}

# counted RUN STRATEGY WALKS: as many page walks in a thousand loads of its chase over 16 MiB.
counted() {
	local count="\"counts\":[{\"metric\":\"walks\",\"of\":\"lat_load_page\",\"ops_low\":1000,\"ops_high\":2000,"
	count="$count\"count_low\":[$3],\"count_high\":[$((2 * $3))],\"enabled_ns\":[1000],\"running_ns\":[1000]}]"
	sed -i "/\"strategy\":\"$2\",\"workload\":\"chase\",\"size_bytes\":16777216/s/}\$/,$count}/" \
		"$tmp/$1/blocks.jsonl"
}

# section RUN: what show says of translation.
section() {
	"$allocmark" show "$tmp/$1" | sed -n '/^translation/,/^$/p'
}

copy emulated
copy real
sed -i 's/"environment": "guest-tcg"/"environment": "guest-kvm"/' "$tmp/real/manifest.json"
counted real vmalloc 400
counted real mmap 990
for run in emulated real; do
	section $run >"$tmp/$run.txt"
	tap_ok "show: $run" diff "$data/golden/$run.txt" "$tmp/$run.txt"
done
tap_ok "show: emulated translation is no finding" grep -q '^emulated: translation is 4K at a time' \
	"$tmp/emulated.txt"
tap_is "show: a wide difference is marked, a small one is not" \
	"$(grep -oE '1\.000/0\.[0-9]+!?' "$tmp/real.txt" | tr '\n' ' ')" "1.000/0.990 1.000/0.400! "
tap_ok "show: and said" grep -q '^!: model and measurement are more than 0.25 walks' "$tmp/real.txt"
status=0
"$allocmark" plot "$tmp/real" --format=svg >"$tmp/out" 2>"$tmp/err" || status=$?
for table in translation levels; do
	tap_ok "table: $table" diff "$data/golden/$table.tsv" "$tmp/real/plots/data/$table.tsv"
done
if ! command -v gnuplot >/dev/null; then
	tap_skip "pictures" "no gnuplot: apt-get install gnuplot-nox"
	tap_done
	exit
fi
tap_is "plot: exit status" "$status" 0
tap_empty "gnuplot has nothing to say" "$(grep -v '^allocmark: plot: not drawn' "$tmp/err" || true)"
for text in 'page walks a load' 'level 2: 1536 × 4KiB = 6MiB' 'level 1: 32 × 2MiB = 64MiB' \
	'vmalloc (kernel, mapped by 4 KiB)'; do
	tap_ok "translation.svg: $text" grep -qF "$text" "$tmp/real/plots/translation.svg"
done
for text in 'vmalloc_huge (kernel) 16MiB' '2 MiB entries' 'share of the pages'; do
	tap_ok "levels.svg: $text" grep -qF "$text" "$tmp/real/plots/levels.svg"
done
tap_done

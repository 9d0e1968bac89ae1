#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark export in the forms of other programs, from a run recorded in a guest (tests/data/
# run-small), cut to a few cells: against golden files, by parsing them again, and by what the
# programs that read them look at.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
allocmark=$builddir/bench/allocmark
data=$srcdir/tests/data/run-small
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "no allocmark in $builddir/bench: run it by make check"
cd "$tmp"

# Times, counts, a limit, a refused cell and a skipped one.
mkdir few
cp "$data/manifest.json" few/
grep -E '"strategy":"(malloc","workload":"(pair","size_bytes":8|burst-fifo","size_bytes":4096|limit".*|contig","size_bytes":8193)|kmalloc","workload":"pair","size_bytes":(4194305|8)|hugetlb-2m","workload":"pair","size_bytes":8),' \
	"$data/blocks.jsonl" >few/blocks.jsonl

"$allocmark" export few >tsv
for format in csv gbench bencher; do
	tap_ok "$format" "$allocmark" export few --format="$format" --output="$format"
	# How a reason is worded is no part of the form.
	tap_is "$format: golden" "$(grep -v ,skip, "$format")" "$(cat "$data/golden/export.$format")"
done

# A cell that has its time shows it, whatever else of the cell is not to be had.
mkdir part
cp "$data/manifest.json" part/
cat >part/blocks.jsonl <<'RECORD'
{"round":0,"position":0,"side":"user","strategy":"mmap-thp","workload":"frag","size_bytes":4096,"status":"ok","reason_code":0,"reason":"","error":0,"batch":8,"wall_ns":1,"measured_ticks":1,"total_ticks":1,"clock_overhead_ticks":0,"clock_resolution_ticks":1,"lanes":[{"metric":"lat_frag","ops":1,"ticks_n":[5000,5000,5000],"each_ops":0}],"values":[{"metric":"frag_huge","status":"skip","reason_code":3,"reason":"too small"}]}
RECORD
tap_ok "show: a skip beside the time hides nothing" grep -qE '^huge +user +mmap-thp +[0-9]+' <("$allocmark" show part)

if ! command -v jq >/dev/null; then
	tap_skip "JSON" "no jq: apt-get install jq"
	tap_done
fi

# cost STRATEGY WORKLOAD SIZE METRIC COLUMN: a figure of the TSV.
cost() {
	awk -F'\t' -v strategy="$1" -v workload="$2" -v size="$3" -v metric="$4" -v column="$5" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["strategy"] == strategy && $at["workload"] == workload && $at["size_bytes"] == size &&
			$at["metric"] == metric { print $at[column] }' tsv
}

# six TEXT: as the TSV writes a number.
six() {
	printf '%.6g\n' "$1"
}

gbench_tests() {
	tap_ok "gbench: what compare.py takes of an entry" jq -e '
		.context.json_schema_version == 1 and (.benchmarks | length > 0 and all(
			(.name | type) == "string" and (.run_type == "iteration" or
			(.run_type == "aggregate" and (.aggregate_name | type) == "string" and
			.name == .run_name + "_" + .aggregate_name)) and
			(.real_time | type) == "number" and .real_time > 0 and .cpu_time > 0 and
			.time_unit == "ns" and (.family_index | type) == "number" and
			(.per_family_instance_index | type) == "number"))' gbench
	tap_is "gbench: a repetition a round" "$(jq -c '[.benchmarks[] |
		select(.name == "user/malloc/pair/8") | .repetition_index]' gbench)" "[0,1]"
	tap_is "gbench: the median is the cost" \
		"$(six "$(jq '.benchmarks[] | select(.name == "user/malloc/pair/8_median").real_time' gbench)")" \
		"$(cost malloc pair 8 lat_pair cost)"
	tap_is "gbench: two times of a cell have two names" "$(jq -r '[.benchmarks[].run_name] | unique |
		map(select(contains("burst"))) | join(" ")' gbench)" \
		"user/malloc/burst-fifo/4096/lat_alloc user/malloc/burst-fifo/4096/lat_free"
	tap_is "gbench: what has no number is not there" "$(jq '[.benchmarks[] |
		select(.name | test("4194305|hugetlb"))] | length' gbench)" 0
	tap_is "gbench: and is counted" "$(jq .context.left_out.without_number gbench)" 6
	tap_is "gbench: emulated time is said to be" "$(jq -r .context.time gbench)" \
		"emulation time, no property of any hardware"
}

bencher_tests() {
	tap_ok "bencher: numbers within their bounds" jq -e 'length > 0 and all(.[][];
		(.value | type) == "number" and .lower_value <= .value and .value <= .upper_value)' bencher
	tap_is "bencher: the median is the cost" \
		"$(six "$(jq '."user/malloc/pair/8"."emulated-latency".value' bencher)")" \
		"$(cost malloc pair 8 lat_pair cost)"
	tap_is "bencher: a measure a count" "$(jq -r '."user/malloc/contig/8193"."run-largest".value' bencher)" \
		"$(cost malloc contig 8193 run_largest cost)"
	tap_is "bencher: a limit has no size" "$(jq -r '."user/malloc/limit".limit.value' bencher)" \
		"$(cost malloc limit 0 limit cost)"
	tap_is "bencher: what has no number is not there" \
		"$(jq -r 'keys[] | select(test("4194305|hugetlb"))' bencher)" ""
}

# Hardware's time is latency, and instructions are neither.
units_tests() {
	cp -r few host
	sed -i 's/"environment": *"guest-tcg"/"environment": "host"/' host/manifest.json
	tap_is "host: latency" "$("$allocmark" export host -f bencher |
		jq -r '."user/malloc/pair/8" | keys[]')" latency
	cp -r few insn
	sed -i 's/"unit": *"ns"/"unit": "insn"/; s/"environment": *"guest-tcg"/"environment": "guest-icount"/' \
		insn/manifest.json
	"$allocmark" export insn -f gbench >insn.gbench
	tap_is "insn: instructions" "$("$allocmark" export insn -f bencher |
		jq -r '."user/malloc/pair/8" | keys[]')" instructions
	tap_is "insn: labelled" "$(jq -r '[.benchmarks[].label] | unique[]' insn.gbench)" insn
	tap_ok "insn: said" jq -e '.context.time | contains("is 1 instruction")' insn.gbench
}

input_tests() {
	local format
	for format in gbench bencher; do
		"$allocmark" export few few --format=$format >out 2>err && status=0 || status=$?
		tap_is "$format of two runs: exit status" "$status" 1
		tap_ok "$format of two runs: said" grep -q "one run at a time" err
		tap_is "$format of two runs: nothing is written" "$(cat out)" ""
	done
	# A name that would end a field or a string.
	cp -r few odd
	sed -i 's|"machine_name": *"[^"]*"|"machine_name": "a,\\"b\\"\\n<"|' odd/manifest.json
	tap_ok "a machine's name with quotes: JSON" sh -c "'$allocmark' export odd -f gbench | jq -e '
		.context.host_name == \"a,\\\"b\\\"\\n<\"'"
	tap_is "a machine's name with quotes: CSV" "$("$allocmark" export odd -f csv | sed -n 2,3p |
		cut -c 1-13)" "$(printf 'odd,"a,""b""\n<",6.1.0-56-c')"
	tap_is "a machine's name with a line end: TSV" \
		"$("$allocmark" export odd | awk -F'\t' 'NF != 32' | wc -l)" 0
}

gbench_tests
bencher_tests
units_tests
input_tests
tap_done

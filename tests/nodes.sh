#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark nodes, and what plot and report make of the same runs: synthetic runs of a machine of four nodes,
# one without memory, one without CPUs (tests/data/topology-nodes.xml), whose figures are known.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
allocmark=$builddir/bench/allocmark
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "no allocmark in $builddir/bench: run it by make check"
cd "$tmp"

# reason NAME: its number.
reason() {
	awk -v name="AMK_REASON($1," '/^AMK_REASON\(/ { if (index($0, name) == 1) print n + 0; n++ }' \
		"$srcdir/lib/core/reason.def"
}

# manifest DIR KERNEL [FACT VALUE]...: that of a run with these comparability facts.
manifest() {
	local dir=$1 kernel=$2
	shift 2
	mkdir -p "$dir"
	{
		printf '{ "format": "allocmark-run", "schema": 1, "id": "%06x",\n' "${#dir}"
		printf '"created": "2026-01-01T00:00:00Z", "machine_name": "four", "kernel": "%s",\n' "$kernel"
		printf '"environment": "guest-tcg", "kernel_side": true,\n'
		printf '"clock": { "unit": "ns", "ticks_per_unit": 1.0 },\n'
		printf '"options": { "page_bytes": 4096, "kmalloc_max_bytes": 4194304 },\n'
		printf '"machine": {}, "comparability": { "kernel.release": "%s"' "$kernel"
		while [ $# -gt 0 ]; do
			printf ', "%s": "%s"' "$1" "$2"
			shift 2
		done
		printf ' },\n"progress": { "blocks_planned": 1, "blocks_done": 1, "finished": true } }\n'
	} >"$dir/manifest.json"
}

# digest DIR <ROWS: the cells, as costs.tsv has them, words for tabs.
digest() {
	local rows
	rows=$(sed 's/ /\t/g')
	{
		printf 'allocmark-costs\t1\t%06x\t0\t%d\n' "${#1}" "$(wc -l <<<"$rows")"
		printf 'side\tstrategy\tworkload\tsize_bytes\tmetric\tunit\tstatus\treason_code\t'
		printf 'rounds_refused\trounds_failed\tcost...\n%s\n' "$rows"
	} >"$1/costs.tsv"
}

# pair DIR KERNEL FROM TO COST THERE: a run whose pair costs COST in the middle of three rounds, THERE of 16
# pages of which lay on the node.
pair() {
	local dir=$1/cpu$3-mem$4
	manifest "$dir" "$2" place.cpu_node "$3" place.memory_node "$4"
	cp "$srcdir/tests/data/topology-nodes.xml" "$dir/topology.xml"
	chmod u+w "$dir/topology.xml"
	digest "$dir" <<-END
		user mbind pair 65536 lat_pair ns ok 0 0 0 $(($5 + 5)) $5 $(($5 - 5))
		user mbind chase 65536 lat_load_page ns ok 0 0 0 7 7 7
		user mbind chase 65536 lat_load_dense ns ok 0 0 0 6 6 6
		user mbind placement 65536 placed_asked pages ok 0 0 0 16 16 16
		user mbind placement 65536 placed_there pages ok 0 0 0 $6 $6 $6
		user mbind-local pair 65536 lat_pair ns ok 0 0 0 1 1 1
		kernel vmalloc_node pair 4096 lat_pair ns ok 0 0 0 50 50 50
		kernel vmalloc_node pair 65536 lat_pair ns ok 0 0 0 500 500 500
	END
}

# empty DIR KERNEL FROM TO: a run that asked a node without memory.
empty() {
	local dir=$1/cpu$3-mem$4
	manifest "$dir" "$2" place.cpu_node "$3" place.memory_node "$4"
	digest "$dir" <<-END
		user mbind pair 65536 - - skip $(reason NODE_EMPTY) 0 0
	END
}

# sweep DIR KERNEL: from the nodes with CPUs to all.
sweep() {
	pair "$1" "$2" 0 0 100 16
	pair "$1" "$2" 0 1 150 16
	empty "$1" "$2" 0 2
	pair "$1" "$2" 0 3 400 4
	pair "$1" "$2" 1 0 220 16
	pair "$1" "$2" 1 1 200 16
	empty "$1" "$2" 1 2
	pair "$1" "$2" 2 0 300 16
	empty "$1" "$2" 2 2
	pair "$1" "$2" 2 3 120 16
}

# fields STRATEGY WORKLOAD METRIC COLUMN...: of the matrices on stdin, a line a field.
fields() {
	awk -F'\t' -v want="$1 $2 $3" -v columns="${*:4}" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(columns, column, " "); next }
		want == $at["strategy"] " " $at["workload"] " " $at["metric"] {
			line = $at["cpu_node"] "-" $at["memory_node"]
			for (i = 1; i <= n; i++)
				line = line " " ($at[column[i]] == "" ? "-" : $at[column[i]])
			print line
		}'
}

# refuses NAME PATTERN ARGUMENT...: exit status 1, one line on stderr that matches, nothing on stdout.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$allocmark" nodes "$@" >out 2>err || status=$?
	if [ "$status" != 1 ] || [ "$(wc -l <err)" != 1 ] || [ -s out ] || ! grep -qE -e "$pattern" err; then
		tap_fail "$name" "wanted status 1 and one line like: $pattern" "status $status" "$(cat out err)"
	else
		tap_pass "$name"
	fi
}

# has NAME FILE PATTERN: an extended expression.
has() {
	if grep -qE -e "$3" "$2"; then
		tap_pass "$1"
	else
		tap_fail "$1" "no line like: $3" "$(head -n 60 "$2")"
	fi
}

figures_tests() {
	"$allocmark" nodes --format=tsv one/* >one.tsv
	tap_is "cost, least and largest, rounds, times local, share there, how it ended" \
		"$(fields mbind pair lat_pair cost cost_min cost_max n times_local there status <one.tsv)" \
		"$(cat <<-END
			0-0 100 95 105 3 1 1 ok
			0-1 150 145 155 3 1.5 1 ok
			0-2 - - - 0 - - no memory
			0-3 400 395 405 3 4 0.25 ok
			1-0 220 215 225 3 1.1 1 ok
			1-1 200 195 205 3 1 1 ok
			1-2 - - - 0 - - no memory
			1-3 - - - 0 - - not measured
			2-0 300 295 305 3 - 1 ok
			2-1 - - - 0 - - not measured
			2-2 - - - 0 - - no memory
			2-3 120 115 125 3 - 1 ok
			3-0 - - - 0 - - no CPU
			3-1 - - - 0 - - no CPU
			3-2 - - - 0 - - no CPU
			3-3 - - - 0 - - no CPU
		END
		)"
	tap_is "the reason is the record's" "$(fields mbind pair lat_pair reason <one.tsv | grep '^0-2')" \
		'0-2 this NUMA node has no memory'
	tap_is "distances and the HMAT of the topology" \
		"$(fields mbind pair lat_pair distance hmat_latency_ns hmat_bandwidth_mibs <one.tsv | xargs -n 4 |
			sed 's/ /:/; s/ /,/g' | xargs)" \
		"$(xargs <<-END
			0-0:10,80,200 0-1:17,-,- 0-2:24,-,- 0-3:31,-,- 1-0:19,-,- 1-1:10,81,190 1-2:17,-,- 1-3:24,-,-
			2-0:28,-,- 2-1:19,-,- 2-2:10,-,- 2-3:17,240,50 3-0:37,-,- 3-1:28,-,- 3-2:19,-,- 3-3:10,-,-
		END
		)"
	tap_is "every strategy that takes a node, in the order of the tables" \
		"$(cut -f4-7 one.tsv | tail -n +2 | uniq | sed 's/\t/ /g')" \
		"$(printf '%s\n' 'mbind pair 65536 lat_pair' 'mbind chase 65536 lat_load_page' \
			'mbind chase 65536 lat_load_dense' 'vmalloc_node pair 4096 lat_pair' \
			'vmalloc_node pair 65536 lat_pair')"
	tap_is "where no placement was looked at none is said to be right" \
		"$(fields vmalloc_node pair lat_pair there <one.tsv | sort -u -k 2 | cut -d' ' -f2)" -
}

forms_tests() {
	"$allocmark" nodes one/* >table
	has "table: where" table 'machine four .*kernel 6.1.*environment guest-tcg'
	has "table: that it is emulated" table '^emulated: ns are emulation time'
	has "table: the nodes" table '^nodes: 0 \(502 MiB\), 1 \(187 MiB\), 2 \(no memory\), 3 \(282 MiB, no CPU\)$'
	has "table: distances" table '^  CPUs of 1  +19  +10  +17  +24$'
	has "table: HMAT" table '^  CPUs of 2  +-  +-  +-  +240$'
	has "table: costs" table '^  CPUs of 0  +100 x1.00  +150 x1.50  +no memory  +400 x4.00$'
	has "table: what they rest on" table 'n=3 100 % there .*395-405 n=3 25 % there$'
	has "table: no ratio where there is no local memory" table '^  CPUs of 2  +300  +not measured'
	has "table: reasons" table '^no memory: this NUMA node has no memory$'
	tap_is "table: sizes of the caller's choice" "$("$allocmark" nodes --sizes=4K one/* | grep -c '^kernel\|^user')" 1
	tap_is "table: strategies and workloads, too" \
		"$("$allocmark" nodes --strategies=numa --workloads=chase one/* | grep -c '^kernel\|^user')" 2
	"$allocmark" nodes --format=markdown --output=page.md one/*
	has "markdown: distances" page.md '^\| CPUs of node 1 \| 19 \| 10 \| 17 \| 24 \|$'
	has "markdown: costs" page.md '^\| user `mbind` \| pair \| 64K .*\| node 0 \| 100 x1.00 \(95.0-105 n=3 100 % there\) \| 150'
}

groups_tests() {
	tap_is "two kernels are two sweeps" "$("$allocmark" nodes one/* other/* | grep -c '^nodes:')" 2
	tap_is "of other pairs, too" "$("$allocmark" nodes one/cpu0-mem0 other/cpu0-mem1 | grep -c '^nodes:')" 2
	tap_is "a sweep made twice, too" "$("$allocmark" nodes one/* again/* | grep -c '^nodes:')" 2
	rm other/*/topology.xml
	"$allocmark" nodes --format=tsv other/* >other.tsv
	tap_is "without a topology the nodes are those of the runs, and nothing is told of them" \
		"$(fields mbind pair lat_pair distance status <other.tsv | tail -n 4 | xargs)" \
		"3-0 - not measured 3-1 - not measured 3-2 - not measured 3-3 - not measured"
}

pictures_tests() {
	local table=plots/data/numa-matrix-user-mbind.tsv
	if ! command -v gnuplot >/dev/null; then
		tap_skip "plots" "no gnuplot"
		return
	fi
	tap_ok "report" "$allocmark" report --output=page.html one/*
	has "report: the section" page.html 'NUMA nodes'
	has "report: one run stands for its sweep" page.html \
		"$(($(find one/* -maxdepth 0 -type d | wc -l) - 1)) runs are of a sweep"
	has "report: figures" page.html '400 \(×4.00, n=3, 25 % there\)'
	has "report: what is not there" page.html 'this NUMA node has no memory'
	has "report: the firmware's distances" page.html 'latency by the HMAT'
	has "report: that nothing here is a distance" page.html 'memory of all nodes lies equally near'
	has "report: the picture" page.html 'id="plot-numa-matrix-user-mbind'
	tap_ok "plots of ten runs" "$allocmark" plot --out=plots one/*
	tap_ok "plot: a picture" test -s plots/numa-matrix-user-mbind.png
	tap_is "plot: a panel a workload and a kind of distance" "$(cut -f1,10,12 "$table" | tail -n +2 | uniq | cut -f2,3 | xargs)" \
		'pair lat_pair chase lat_load_page distance (10: local) latency by the HMAT, ns bandwidth by the HMAT, MiB/s'
	tap_is "plot: fields" "$(awk -F'\t' '$1 == 1 && $4 == 0 { print $7, $8, $9 }' "$table" | xargs)" \
		'100 ×1.00 0 150 ×1.50 0.292481 no memory NaN 400 ×4.00, 25 % there 1'
	tap_is "plot: more bandwidth is better" "$(awk -F'\t' '$1 == 5 && $6 { print $7, $9 }' "$table" | xargs)" \
		'200 0 190 0.0370003 50 1'
}

errors_tests() {
	manifest plain 6.1
	digest plain <<<'user malloc pair 64 lat_pair ns ok 0 0 0 7'
	refuses "a run that asked for no node" 'plain: it asked for no node' one/cpu0-mem0 plain
	refuses "no run" 'no run directory given'
	refuses "not a run" 'nowhere/manifest.json: cannot read' nowhere
	refuses "no such form" "no format 'svg'" --format=svg one/*
	refuses "no such strategy" "no strategy or family 'x'" --strategies=x one/*
	refuses "nothing of it" 'nothing is timed there' --sizes=63 one/*
	echo '<topology' >again/cpu0-mem0/topology.xml
	refuses "a topology that is none" 'again/cpu0-mem0/topology.xml: hwloc cannot read it' again/*
}

sweep one 6.1
sweep other 6.12
sweep again 6.1
figures_tests
forms_tests
groups_tests
pictures_tests
errors_tests
tap_done

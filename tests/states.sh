#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# States of memory without privilege, by at most 16 MiB of this machine: a state that is always to be
# had is had and recorded, one that is not is one line and leaves nothing, no process outlives the run, and
# wrong words are named.
set -eu
# shellcheck source=SCRIPTDIR/tap.sh
. "$AMK_SRCDIR/tests/tap.sh"

allocmark=$AMK_BUILDDIR/bench/allocmark
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
# The turn at a machine's memory is of its network name space: of an own one, where that is to be had, so that this runs
# beside others of its kind.
if unshare --net true 2>/dev/null; then
	run=(unshare --net "$allocmark")
	enter=(nsenter --net)
elif unshare --user --map-root-user --net true 2>/dev/null; then
	run=(unshare --user --map-root-user --net "$allocmark")
	enter=(nsenter --preserve-credentials --user --net)
else
	run=("$allocmark")
	enter=(own)
fi
# own --target PID COMMAND...: there are no name spaces to enter.
own() {
	shift 2
	"$@"
}
options=(run --side=user --strategies=malloc --workloads=pair --sizes=64 --quiet --no-table --events=none)

# refuses NAME PATTERN OPTION...: the run fails, with one line that has PATTERN, and writes nothing.
refuses() {
	local name=$1 pattern=$2 ended=0

	shift 2
	"${run[@]}" "${options[@]}" --out=refused "$@" >/dev/null 2>err || ended=$?
	tap_is "$name: exit status" "$ended" 1
	tap_is "$name: one line" "$(wc -l <err)" 1
	tap_ok "$name: says what is wrong" grep -q -- "$pattern" err
	tap_ok "$name: leaves nothing" test ! -e refused
}

refuses "an unknown state" "--state: 'stale' is none of" --state=stale
refuses "an index of no machine" "'1.5' is no index" --fragmentation=1.5
refuses "an order that is none" "'0.5:11' is no index" --fragmentation=0.5:11
refuses "a list that falls" "no rising list" --fragmentation=0.5,0.4
refuses "an index of another state" "not of --state=aged" --state=aged --fragmentation=0.5
refuses "an unknown holder" "--fragmenter: 'me'" --state=aged --fragmenter=me
refuses "a limit of nothing" "--state-bytes is of a state" --state-bytes=8M
refuses "no limit" "--state-bytes: 'much'" --state=aged --state-bytes=much
refuses "too little to age by" "too little to age memory by; give at least" --state=aged --state-bytes=3M --fragmenter=user
refuses "no module to hold" "--fragmenter=module: " --state=pressure --fragmenter=module
refuses "more than the limit allows" "not attainable here" --fragmentation=1 --state-bytes=8M --fragmenter=user

# asked OPTION...: how much a run would measure.
asked() {
	"${run[@]}" run --side=user --seed=1 --check "$@"
}

frag=(--workloads=frag '--sizes=4K,16K,64K,256K,1M,2M,4M')
tap_is "curves over an index are of frag, unless it is told" "$(asked --fragmentation=0.2,0.4)" \
	"$(asked --state=fragmented "${frag[@]}" --strategies=mmap,mmap-thp,hugetlb-2m)"
tap_is "curves over an index on a node: likewise, of the strategies that take a node" \
	"$(asked --fragmentation=0.2,0.4 --node=0)" "$(asked --state=fragmented --node=0 "${frag[@]}" --strategies=numa)"
tap_ok "a run after a churn" "${run[@]}" "${options[@]}" --rounds=2 --state=aged --state-bytes=16M \
	--fragmenter=user --out=aged
tap_ok "is told by its state" grep -q '"state.kind": "aged"' aged/manifest.json
tap_is "by what the kernel keeps back" "$(sed -nE 's/.*"state.min_free_kbytes": "([0-9]+)".*/\1/p' aged/manifest.json)" \
	"$(cat /proc/sys/vm/min_free_kbytes)"
tap_ok "by who held" grep -q '"state.fragmenter": "user"' aged/manifest.json
tap_ok "says what was held" grep -Eq '"state.user_bytes": "[1-9][0-9]{4,7}"' aged/manifest.json
tap_ok "and what was before" grep -q '"state.before.buddyinfo"' aged/manifest.json
tap_ok "how full slabs were, or that it may not be known" \
	awk '/"state.slab_bytes": "[1-9]/ { n++ } END { exit !(n || system("test ! -r /proc/slabinfo") == 0) }' aged/manifest.json
tap_ok "what the kernel did in its rounds" grep -Eq '"state.rounds.oom_kill": "[0-9]+"' aged/manifest.json
tap_ok "apart from what it did before" grep -Eq '"state.making.oom_kill": "[0-9]+"' aged/manifest.json
"$allocmark" show aged >shown
tap_ok "and is shown" grep -q '^state of memory: aged, unusable index 0.* MiB held by user' shown
tap_ok "with what the kernel did" grep -q '^in its rounds: pages reclaimed by kswapd [0-9]' shown

if grep -qx 0 /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages 2>/dev/null; then
	tap_ok "huge pages that are not reserved are no failure" "${run[@]}" run --side=user --strategies=hugetlb-2m \
		--workloads=pair --sizes=2M --quiet --no-table --events=none --rounds=1 --state=aged --state-bytes=4M \
		--fragmenter=user --out=huge
	tap_ok "but a skip that says so" grep -q '"skip".*no huge pages of this size are reserved' huge/blocks.jsonl
else
	tap_skip "huge pages that are not reserved" "some are, or this machine has none"
fi

# Without rights, as far as a process may give up its own.
nobody=("${run[@]}")
if [ "$(id -u)" = 0 ]; then
	chmod 777 "$tmp"
	nobody=("${run[@]::2}" setpriv --reuid=65534 --regid=65534 --clear-groups "$allocmark")
	[ "${#run[@]}" -gt 1 ] || nobody=("${nobody[@]:1}")
fi
if "${nobody[@]}" --version >/dev/null 2>&1; then
	"${nobody[@]}" run --side=user --strategies=malloc --workloads=pair --sizes=64 --no-table --events=none \
		--rounds=1 --state=fresh --out=fresh 2>err || true
	tap_ok "a fresh one that may not do anything is run" test -s fresh/costs.tsv
	tap_ok "says so" grep -q 'state=fresh: nothing: root alone may drop caches and compact' err
	tap_ok "and records it" grep -q '"state.prepared": "nothing: root alone' fresh/manifest.json
else
	tap_skip "a fresh one that may not do anything" "others may not run $allocmark"
	mkdir fresh
	sed 's/"state.kind": "aged"/"state.kind": "fresh"/' aged/manifest.json >fresh/manifest.json
	cp aged/costs.tsv fresh/
fi
cp -r fresh whole
sed 's/"state.prepared": "[^"]*"/"state.prepared": "drop_caches compact_memory"/' fresh/manifest.json >whole/manifest.json
if grep -q '"state.prepared"' fresh/manifest.json; then
	"$allocmark" compare fresh whole >err 2>&1 || true
	tap_ok "and is not compared with one that did" grep -q 'state.prepared.*allowed by state' err
fi
"$allocmark" compare fresh aged >/dev/null 2>err || true
tap_ok "two states are not compared unasked" grep -q -- '--across=state' err
tap_ok "a run without a state" "${run[@]}" "${options[@]}" --rounds=1 --out=plain
tap_is "does not tell of any" "$(grep -c '"state\.' plain/manifest.json)" 0

"${run[@]}" "${options[@]}" --rounds=1000 --state=aged --state-bytes=16M --fragmenter=user --out=killed \
	>/dev/null 2>&1 &
pid=$!
while kill -0 "$pid" 2>/dev/null && [ ! -s killed/blocks.jsonl ]; do :; done
holder=$(cat "/proc/$pid/task/$pid/children")
ended=0
"${enter[@]}" --target "$pid" "$allocmark" "${options[@]}" --state=fresh --out=second >/dev/null 2>err || ended=$?
tap_is "a second run meanwhile is refused" "$ended" 1
tap_ok "in one line" grep -q 'another run holds' err
tap_ok "and leaves nothing" test ! -e second
kill -STOP "$pid"
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true
tap_ok "there was a process that held" test -n "$holder"
# It dies when its parent has: each look costs a process, so this is a bounded while.
gone=no
for _ in $(seq 2000); do
	gone=yes
	for child in $holder; do
		if grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$child/status" 2>/dev/null; then gone=no; fi
	done
	if [ $gone = yes ]; then break; fi
done
tap_is "and it is gone with a run that was killed" "$gone" yes
tap_done

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the values of options may be. A wrong one ends the script in one line that names it, before
# anything is built. Sourced by run-bench.sh, which defines die.

# one_of OPTION VALUE VALID...: ends the script with the valid values unless VALUE is one.
one_of() {
	local option=$1 value=$2 valid
	shift 2
	for valid in "$@"; do
		if [ "$value" = "$valid" ]; then
			return
		fi
	done
	die "$option=$value: unknown; one of $*"
}

# number OPTION VALUE: a whole number; in $decimal without the zeros before it, for which shell arithmetic would take
# it for octal.
number() {
	[[ $2 =~ ^[0-9]{1,20}$ ]] || die "$1=$2 is no number: as in $1=3"
	decimal=${2#"${2%%[!0]*}"}
	decimal=${decimal:-0}
}

tlb() {
	[[ $1 =~ ^[A-Za-z0-9=:,+]+$ ]] || die "--tlb=$1 is no TLB: as in --tlb=l1=64x4:4k,l2=1536x12:4k+2m"
}

list() {
	[[ $2 =~ ^[A-Za-z0-9_.,:+*-]+$ ]] || die "$1=$2 is no list of names: as in $1=a,b"
}

words() {
	[[ $2 =~ ^[A-Za-z0-9_.,:=+/\ -]+$ ]] || die "$1=$2 has a character that no kernel command line needs"
}

size() {
	[[ $2 =~ ^[0-9]{1,12}[KMGkmg]?$ ]] || die "$1=$2 is no size: as in $1=64M"
}

# rising LIST: the last of a list such as 0,2-3 whose numbers rise; fails where they do not.
rising() {
	local word low high last=-1
	[[ $1 =~ ^[0-9]{1,6}(-[0-9]{1,6})?(,[0-9]{1,6}(-[0-9]{1,6})?)*$ ]] || return 1
	for word in ${1//,/ }; do
		low=$((10#${word%-*})) high=$((10#${word#*-}))
		[ "$low" -gt "$last" ] && [ "$high" -ge "$low" ] || return 1
		last=$high
	done
	echo "$last"
}

nodes() {
	[ "$1" = all ] || rising "$1" >/dev/null ||
		die "--nodes=$1 is neither all nor a list of nodes: as in --nodes=0,2-3"
}

# threads LIST: the largest count, in $threads_most; 0 for all.
threads() {
	threads_most=0
	[ "$1" != all ] || return 0
	threads_most=$(rising "$1") && [[ ! $1 =~ ^0 ]] && [ "$threads_most" -le 256 ] ||
		die "--threads=$1 is neither all nor a rising list of counts from 1 to 256: as in --threads=1,2,4"
}

fragmentation() {
	local index last=-1
	[[ $1 =~ ^[0-9.]+(,[0-9.]+)*(:([1-9]|10))?$ ]] || index=none
	[ "${index:-}" = none ] || for index in $(tr , ' ' <<<"${1%:*}"); do
		[[ $index =~ ^(0|1|1\.0+|0\.[0-9]{1,3})$ ]] &&
			awk -v a="$last" -v b="$index" 'BEGIN { exit !(a < b) }' || { index=none; break; }
		last=$index
	done
	[ "$index" != none ] ||
		die "--fragmentation=$1 is no rising list of indices from 0 to 1, with an order from 1 to 10 behind a colon if need be: as in --fragmentation=0.25,0.5,0.75:9"
}

# numa LIST: MB of each node of a guest; their sum in $numa_memory, how many in $numa_nodes.
numa() {
	local mb
	numa_memory=0 numa_nodes=0
	[[ $1 =~ ^[0-9]{1,7}(,[0-9]{1,7})*$ ]] ||
		die "--numa=$1 is no list of MB, one for each node: as in --numa=512,256,0"
	for mb in ${1//,/ }; do
		numa_memory=$((numa_memory + 10#$mb)) numa_nodes=$((numa_nodes + 1))
	done
	[ "$numa_memory" -ge 256 ] || die "--numa=$1 is too little memory for a guest: give 256 MB or more in all"
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark claims end to end on runs made by hand: every form, one kernel and two side by side, two
# boots of one kernel in one column, bad input; and that no line of the page is without a claim.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
allocmark=$builddir/bench/allocmark
data=$srcdir/tests/data/run-small
text=$srcdir/docs/claims-text.tsv
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "no allocmark in $builddir/bench: run it by make check"
cd "$tmp"

# refuses NAME PATTERN COMMAND...: exit status 1, one line on stderr that matches, nothing on stdout.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$@" >out 2>err || status=$?
	if [ "$status" = 1 ] && [ ! -s out ] && [ "$(wc -l <err)" = 1 ] && grep -qE -e "$pattern" err; then
		tap_pass "$name"
	else
		tap_fail "$name" "exit status $status, wanted 1 and one line like: $pattern" "$(cat out err)"
	fi
}

# holds NAME FILE PATTERN
holds() {
	if grep -qE -e "$3" "$2"; then
		tap_pass "$1"
	else
		tap_fail "$1" "no line like: $3" "$(cat "$2")"
	fi
}

# run_make DIR ID KERNEL ZEROING: a run whose digest is the rows on stdin: STRATEGY WORKLOAD SIZE METRIC
# UNIT VALUE, all of the kernel.
run_make() {
	mkdir -p "$1"
	sed -E -e "s/^(  \"id\": \")[^\"]*/\\1$2/" -e "s/^(  \"kernel\": \")[^\"]*/\\1$3/" \
		-e "s/(\"init_on_alloc\": \")[^\"]*/\\1$4/" "$data/manifest.json" >"$1/manifest.json"
	awk -v OFS='\t' -v id="$2" '
		{ row[++n] = "kernel" OFS $1 OFS $2 OFS $3 OFS $4 OFS $5 OFS "ok" OFS 0 OFS 0 OFS 0 OFS $6 }
		END {
			print "allocmark-costs", 1, id, 0, n
			print "side", "strategy", "workload", "size_bytes", "metric", "unit", "status",
				"reason_code", "rounds_refused", "rounds_failed", "cost..."
			for (i = 1; i <= n; i++) print row[i]
		}' >"$1/costs.tsv"
}

# gfp ATOMIC: the rows of a kernel whose GFP_ATOMIC is that.
rows() {
	cat <<-END
		null gfp 0 gfp_kernel bits 30
		null gfp 0 gfp_atomic bits $1
		kmalloc limit 0 limit bytes 4194304
		kmalloc zero 64 bytes_checked bytes 4096
		kmalloc zero 64 bytes_stale bytes $2
		kmalloc zero 64 bytes_nonzero bytes $2
		kmalloc zero 64 reused count 64
	END
}

rows 32785 0 | run_make old aaaaa1 6.1.0 1
rows 32785 4000 | run_make old0 aaaaa2 6.1.0 0
rows 17 0 | run_make new aaaaa3 7.3.4 1

# field CLAIM KERNEL COLUMN: of the TSV in out.tsv.
field() {
	awk -F'\t' -v claim="$1" -v kernel="$2" -v column="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["claim"] == claim && $at["kernel"] == kernel { print $at[column]; exit }' out.tsv
}

one_kernel() {
	tap_ok "a run" "$allocmark" claims --format=tsv -o out.tsv old
	tap_is "a verdict" "$(field gfp-atomic-made-of 6.1.0 verdict)" "out of date"
	tap_is "its figures" "$(field gfp-atomic-made-of 6.1.0 figures)" \
		"GFP_ATOMIC 0x8011 = __GFP_HIGH|__GFP_KSWAPD_RECLAIM|__GFP_ATOMIC"
	tap_is "its rounds" "$(field gfp-atomic-made-of 6.1.0 n)" 1
	tap_is "zeroed by the kernel's setting" "$(field kmalloc-not-zeroed 6.1.0 verdict)" "does not hold"
	tap_is "what was not measured is not judged" "$(field kcalloc-limit 6.1.0 verdict)" "not testable here"
	tap_is "and says why" "$(field kcalloc-limit 6.1.0 why)" "no run has limit of kernel:kcalloc"
	tap_is "a line for each claim" "$(wc -l <out.tsv)" "$("$allocmark" claims --format=tsv | wc -l)"
}

two_boots() {
	tap_ok "two boots of a kernel" "$allocmark" claims --format=tsv -o out.tsv old old0
	tap_is "are one column" "$(grep -c '^kmalloc-not-zeroed' out.tsv)" 1
	tap_is "and a verdict of both" "$(field kmalloc-not-zeroed 6.1.0 verdict)" "holds here"
	tap_is "with the figures of both" "$(field kmalloc-not-zeroed 6.1.0 figures | grep -o 'init_on_alloc=[01]' | tr '\n' ' ')" \
		"init_on_alloc=1 init_on_alloc=0 "
}

two_kernels() {
	tap_ok "two kernels" "$allocmark" claims --format=tsv -o out.tsv old new
	tap_is "each has its line" "$(grep -c '^gfp-atomic-made-of' out.tsv)" 2
	tap_is "the other kernel's flag" "$(field gfp-atomic-made-of 7.3.4 figures)" \
		"GFP_ATOMIC 0x11 = __GFP_HIGH|__GFP_KSWAPD_RECLAIM"
	tap_is "the change is named with its source" \
		"$(field gfp-atomic-made-of 7.3.4 changed | grep -c '6\.3 (2973d8229b78)')" 1
	"$allocmark" claims old new >out
	holds "the table has a line for each kernel" out '^    6\.1\.0: out of date'
	holds "and the flags of each" out '^        7\.3\.4: action __GFP_HIGH, __GFP_KSWAPD_RECLAIM; zone -$'
	holds "and its figures" out '^        GFP_ATOMIC 0x11 = .* \(n=1\)$'
	"$allocmark" claims --format=markdown old new >out
	holds "Markdown has them side by side" out \
		'^\| `gfp-atomic-made-of` \| 31 \| .*\*\*out of date\*\*.*0x8011.*\*\*out of date\*\*.*0x11 '
	holds "flags are tabulated as the page has them, and as they are" out \
		'^\| `GFP_ATOMIC` \| action: `__GFP_HIGH`; zone: `-` \| action: .*`__GFP_ATOMIC`; zone: - \| action: `__GFP_HIGH`, `__GFP_KSWAPD_RECLAIM`; zone: - \|'
	holds "and says which boots they are" out '^- 7\.3\.4, .*run aaaaa3 of .*init_on_alloc=1'
	tap_is "every row of a Markdown table has as many cells as its head" \
		"$(sed 's/\\|//g' out | awk -F'|' '/^\|/ { if (!n) n = NF; if (NF != n) print } !/^\|/ { n = 0 }')" ""
}

# Every line is there, in order; each claim's lines are those that name it.
coverage() {
	"$allocmark" claims --format=tsv >claims.tsv
	tap_is "every line of the page is in the list" \
		"$(awk -F'\t' 'NR > 1 { print $1 }' "$text" | tr '\n' ' ')" "$(seq -s ' ' 1 50) "
	tap_empty "no line says nothing" "$(awk -F'\t' 'NF != 3 || $2 == "" || $3 == ""' "$text")"
	tap_empty "what has no claim says nothing of memory" \
		"$(awk -F'\t' '$3 == "-" && $2 !~ /^(heading|rule of the table|names a book)/' "$text")"
	awk -F'\t' 'NR > 1 && $3 != "-" { n = split($3, c, " "); for (i = 1; i <= n; i++) print c[i], $1 }' "$text" |
		sort >by-line
	awk -F'\t' 'NR > 1 && $3 != "-" { n = split($3, l, " "); for (i = 1; i <= n; i++) print $1, l[i] }' claims.tsv |
		sort >by-claim
	tap_empty "docs/claims.md has every claim, and no other: setup/claims.sh makes it anew" "$(diff \
		<(cut -f 1 claims.tsv | sed 1d | sort) \
		<(sed -n 's/^| `\([a-z0-9-]*\)` | [0-9-].*/\1/p' "$srcdir/docs/claims.md" | sort) || true)"
	tap_empty "lines and claims name each other" "$(diff by-line by-claim || true)"
}

bad_input() {
	refuses "an unknown form" "no format 'html': table, markdown or tsv" "$allocmark" claims --format=html old
	refuses "an unknown claim" "no claim 'kfree'" "$allocmark" claims --claim=kfree old
	refuses "no such run" "nowhere" "$allocmark" claims old nowhere
	printf 'x\n' >new/costs.tsv
	refuses "a run that is damaged" "new/" "$allocmark" claims old new
	tap_ok "one claim alone" "$allocmark" claims --claim=kmalloc-4m -o one old
	tap_is "is all there is" "$(grep -c '(line' one)" 1
}

one_kernel
two_boots
two_kernels
coverage
bad_input
tap_done

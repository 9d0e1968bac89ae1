#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How far a verdict can be trusted, replayed from runs that were recorded on a busy machine
# (tests/validation/): no alarm where nothing changed, and 10 per cent found in nine cells of ten.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
AMK_BUILDDIR=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
export AMK_BUILDDIR

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$AMK_BUILDDIR/bench/allocmark" ] ||
	tap_skip_all "no allocmark in $AMK_BUILDDIR/bench: run it by make check"
command -v jq >/dev/null || tap_skip_all "no jq: apt-get install jq"

alarms=$("$srcdir/tests/validation/aa.sh" --again=10) || true
# What decides nothing raises no alarm either: most pairs are to pass.
tap_ok "200 comparisons of a build with itself, no alarm, 150 of them decided" awk '
	/^[0-9]+ pairs: / { seen = 1; bad = $1 < 200 || $3 < 150 || $7 != 0 }
	END { exit !seen || bad }' <<<"$alarms"
tap_ok "what was found once is not confirmed" \
	grep -q '; 10 measured again, 10 of them passed then$' <<<"$alarms"
tap_diag=$(tail -n 3 <<<"$alarms")
echo "# ${tap_diag//$'\n'/$'\n'# }"

found=$("$srcdir/tests/validation/slowdown.sh" quiet1 quiet2 quiet3 | grep ' cells found,')
tap_ok "10 per cent more are found in nine cells of ten, and nowhere else" awk '
	{ found += $2; cells += $4; others += $(NF - 3) }
	END { exit !(NR == 3 && cells >= 40 && found >= 0.9 * cells && others == 0) }' <<<"$found"
tap_ok "the least change that a cell could have shown is below 10 per cent" awk '
	$8 <= 0 || $10 >= 10 { bad = 1 } END { exit bad || NR != 3 }' <<<"$found"
echo "# ${found//$'\n'/$'\n'# }"
tap_done

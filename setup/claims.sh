#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes docs/claims.md anew from guests of several kernels, or from runs that ./run-bench.sh --claims has
# made before.
set -euo pipefail

cd "$(dirname "$0")/.."

if [ "${1:-}" = --help ]; then
	cat <<-END
		Usage: setup/claims.sh [RUN]...
		Measures in guests of 5.10, 6.1 and 7.3 and of the debug kernel where there is one, or takes these
		runs, and writes docs/claims.md.
	END
	exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
if [ $# = 0 ]; then
	kernels=(--kernel=5.10 --kernel=6.1 --kernel=7.3)
	cache=${ALLOCMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/allocmark}
	if compgen -G "$cache/kernels/*-debug" >/dev/null; then
		kernels+=(--kernel=debug)
	fi
	./run-bench.sh --claims "${kernels[@]}" --machine=guest --out="$tmp/runs"
	set -- "$tmp/runs"/*
fi
[ -x build/bench/allocmark ] || {
	echo "setup/claims.sh: no build/bench/allocmark: ./run-bench.sh builds it" >&2
	exit 1
}

{
	cat <<-END
		# What an old page says of the kernel's allocators, and what was measured

		A page of the kind that people still learn from compares kmalloc(), kzalloc(), kcalloc() and vmalloc()
		and explains GFP flags. \`claims-text.tsv\` has what it says line by line, in our words, and which claims
		stand for each line. The table below was made by \`setup/claims.sh\`; do not edit it.

		Where the measurements took place (guest-icount: an emulated processor whose clock counts
		instructions, which are not time), and how many claims came to which verdict there. The debug kernel is
		asked what the others do not look for, sleeping in atomic context; its checks of locks and pages
		(\`vm/debug.config\`) are part of what things cost there.

	END
	build/bench/allocmark claims --format=markdown "$@"
} >"$tmp/claims.md"
mv "$tmp/claims.md" docs/claims.md
echo "setup/claims.sh: wrote docs/claims.md" >&2

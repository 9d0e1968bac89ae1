#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module in a guest: built for the guest's kernel, every row of the kernel's side held to its
# promises, its interface mistreated, and the kernel log read at the end. A second, shorter guest
# whose clock counts instructions shows what the loop itself costs.
#
# AMK_SRCDIR: the tree. AMK_BUILDDIR: where it was built, for AMK_ARCH. AMK_GUEST_KERNEL: as
# vm/kernel.sh takes it. AMK_GUEST_SECONDS: how long a guest may take; a kernel with checks on takes longer.
set -euo pipefail

srcdir=${AMK_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
builddir=${AMK_BUILDDIR:?"run it by make check-guest"}

# shellcheck source=SCRIPTDIR/../tap.sh
. "$srcdir/tests/tap.sh"

seconds=${AMK_GUEST_SECONDS:-800}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

kernel=$("$srcdir/vm/kernel.sh" ${AMK_ARCH:+--arch="$AMK_ARCH"} "${AMK_GUEST_KERNEL:-default}" 2>"$tmp/kernel.log") ||
	tap_skip_all "no kernel for the guest: $(tail -n 1 "$tmp/kernel.log")"

build_module() {
	local vars=()
	mapfile -t vars <"$kernel/make.vars"
	make -C "$srcdir/kmod" KDIR="$kernel/build" BUILD="$tmp/kmod" "${vars[@]}" >"$tmp/build.log" 2>&1
}

# relay FILE: the guest's TAP as ours.
relay() {
	local line
	while IFS= read -r line; do
		case $line in
		'ok - '*' # SKIP '*)
			line=${line#ok - }
			tap_skip "${line%% \# SKIP *}" "${line#* \# SKIP }" ;;
		'ok - '*) tap_pass "${line#ok - }" ;;
		'not ok - '*) tap_fail "${line#not ok - }" ;;
		*) echo "$line" ;;
		esac
	done <"$1"
}

# guest NAME PROGRAMS ARGUMENT...: one guest with the module in it.
guest() {
	local name=$1 programs=$2 status=0 bins=() program
	shift 2
	mkdir -p "$tmp/$name/job"
	cp "$srcdir/tests/guest/kmod_job.sh" "$tmp/$name/job/"
	printf '#!/bin/sh\nexec sh ./kmod_job.sh "%s"\n' "$programs" >"$tmp/$name/job/run"
	for program in $programs; do
		bins+=(--bin="$builddir/tests/guest/$program")
	done
	timeout "$((seconds + 100))" "$srcdir/vm/guest.sh" --kernel="$kernel" --job="$tmp/$name/job" --out="$tmp/$name/out" \
		--module="$tmp/kmod/allocmark.ko" --timeout="$seconds" "${bins[@]}" "$@" \
		>"$tmp/$name.tap" 2>"$tmp/$name.err" || status=$?
	relay "$tmp/$name.tap"
	if [ "$status" != 0 ]; then
		tap_fail "guest $name ends well" "status $status" "$(tail -n 5 "$tmp/$name.err")" \
			"$(tail -n 10 "$tmp/$name/out/console.log" 2>/dev/null)"
	fi
}

tap_ok "the module builds for $(cat "$kernel/release")" build_module
if [ ! -f "$tmp/kmod/allocmark.ko" ]; then
	sed 's/^/# /' "$tmp/build.log" | tail -n 20
	tap_done
fi
tap_empty "without a warning" "$(grep -E ':[0-9]+: warning|WARNING: modpost|: warning: objtool' "$tmp/build.log")"
guest tcg "contract_kernel abi_kernel hold_kernel"
guest icount "contract_kernel" --clock=insn
tap_done

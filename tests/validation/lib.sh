# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of this directory share: source it. The recorded runs are in $data, what is made
# of them goes to $tmp, which is removed at the end.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034
data=$here/data
allocmark=${AMK_BUILDDIR:-$here/../../build}/bench/allocmark
[ -x "$allocmark" ] || {
	echo "$0: no allocmark in ${allocmark%/*}: set AMK_BUILDDIR to the build" >&2
	exit 2
}
allocmark=$(realpath "$allocmark")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

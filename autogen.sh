#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes configure and the Makefile.in from their sources, after a check that the tools are there:
# autoreconf's own words for a missing pkg.m4 do not lead to the package.
set -eu
cd "$(dirname "$0")"

need() {
	command -v "$1" >/dev/null 2>&1 && return
	echo "autogen.sh: $1 is missing: apt-get install $2" >&2
	exit 1
}

need autoreconf autoconf
need automake automake
need pkg-config pkg-config
exec autoreconf --install --force "$@"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sees that the packages of the named groups are installed (setup/packages.list). As root it says
# what is missing and installs it; without root it prints the line to run and fails. The package
# lists are only refreshed where they are absent or too old to serve: an update takes longer than
# the whole check.
set -euo pipefail

me=setup/packages.sh
list=$(dirname "${BASH_SOURCE[0]}")/packages.list

usage() {
	cat <<END
Usage: $me [--package=NAME]... GROUP...
Install the Debian packages that GROUPs (of setup/packages.list) need and NAMEs.

  --package=NAME   a package beside those of the groups
  --print          print the names of the missing packages and install nothing
  --help           this text

Groups: $(groups_known | tr '\n' ' ')
ALLOCMARK_SETUP=skip in the environment: check and install nothing.
END
}

die() {
	echo "$me: $*" >&2
	exit 1
}

groups_known() {
	awk '!/^#/ && NF { print $1 }' "$list" | sort -u
}

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The first of NAME|OTHER that the package lists know; NAME where none is known.
pick() {
	local name
	for name in ${1//|/ }; do
		if available "$name"; then
			echo "$name"
			return
		fi
	done
	echo "${1%%|*}"
}

available() {
	apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'
}

# Prints the alternatives (NAME|OTHER) of which none is installed.
missing() {
	local group name alternative found
	for group in "$@"; do
		awk -v group="$group" '$1 == group { print $2 }' "$list"
	done | sort -u | while read -r name; do
		found=no
		for alternative in ${name//|/ }; do
			if installed "$alternative"; then
				found=yes
			fi
		done
		if [ "$found" = no ]; then
			echo "$name"
		fi
	done
}

resolve() {
	local name
	for name in "$@"; do
		pick "$name"
	done
}

apt_update() {
	echo "$me: refreshing the package lists: apt-get update"
	apt-get -q update >&2 || die "apt-get update failed: see the message above"
}

apt_install() {
	DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >&2
}

# Lists that lack a package are absent or old; so are lists from which the install fails.
install() {
	local name refreshed=no
	local names
	for name in "$@"; do
		if ! available "$(pick "$name")" && [ "$refreshed" = no ]; then
			apt_update
			refreshed=yes
		fi
	done
	mapfile -t names < <(resolve "$@")
	echo "$me: installing: ${names[*]}"
	if apt_install "${names[@]}"; then
		return
	fi
	if [ "$refreshed" = no ]; then
		apt_update
		apt_install "${names[@]}" && return
	fi
	die "could not install ${names[*]}: see the message above"
}

# The line that root has to run, with the update before it where the lists do not serve.
print_command() {
	local name names update=
	for name in "$@"; do
		available "$(pick "$name")" || update='apt-get update && '
	done
	mapfile -t names < <(resolve "$@")
	echo "$me: packages are missing; as root run: ${update}apt-get install ${names[*]}" >&2
}

main() {
	local groups=() extra=() wanted=() print=no name
	for name in "$@"; do
		case $name in
		--help) usage; exit 0 ;;
		--print) print=yes ;;
		--package=?*) extra+=("${name#*=}") ;;
		-*) die "unknown option $name: one of --package=NAME --print --help" ;;
		*)
			groups_known | grep -qx -e "$name" ||
				die "unknown group $name: one of $(groups_known | tr '\n' ' ')"
			groups+=("$name") ;;
		esac
	done
	if [ "${ALLOCMARK_SETUP:-}" = skip ]; then
		return
	fi
	for name in dpkg-query apt-get apt-cache; do
		command -v "$name" >/dev/null ||
			die "no $name here: install what setup/packages.list names by hand, then set ALLOCMARK_SETUP=skip"
	done
	mapfile -t wanted < <(missing "${groups[@]}")
	for name in "${extra[@]}"; do
		installed "$name" || wanted+=("$name")
	done
	if [ ${#wanted[@]} = 0 ]; then
		return
	fi
	if [ "$print" = yes ]; then
		resolve "${wanted[@]}"
	elif [ "$(id -u)" = 0 ]; then
		install "${wanted[@]}"
	else
		print_command "${wanted[@]}"
		exit 1
	fi
}

main "$@"

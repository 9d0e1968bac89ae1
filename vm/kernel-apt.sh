# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by kernel.sh: finds a kernel by name with the package manager and unpacks its packages. The
# configured sources are asked first; then, suite by suite, other suites of the same mirrors.
#
# Uses from kernel.sh: say, die, arch, and `new`, the directory of the kernel in the making; apt.sh.
# shellcheck disable=SC2034,SC2154 # assigned or used there

# Debian's suite names, newest first; with `released`, without those still in the making.
codenames() {
	local table=/usr/share/distro-info/debian.csv

	if [ -r "$table" ]; then
		awk -F , -v all="${1:-}" '$1 + 0 >= 11 && (all == "" || $5 != "") { print $3 }' "$table" |
			tac
	else
		printf '%s\n' trixie bookworm bullseye
	fi
}

# Prints `SUITE URI BASE BASE_URI` for the other suites worth asking, small ones first; BASE is the
# suite that a small one stands on.
other_suites() {
	local sources main security name

	sources=$(configured_sources)
	main=$(awk '$1 ~ /\/debian\/?$/ { print $1; exit }' <<<"$sources")
	[ -n "$main" ] || return 0
	security=$(awk '$1 ~ /\/debian-security\/?$/ { print $1; exit }' <<<"$sources")
	[ -n "$security" ] || security=${main%/debian*}/debian-security/
	for name in $(codenames released); do
		echo "$name-backports $main $name $main"
		echo "$name-security $security $name $main"
	done
	for name in $(codenames) sid; do
		echo "$name $main"
	done
}

# Prints the releases that answer SPEC at the place being asked, best first.
releases_of() {
	local spec=$1 release tail series=${1//./\\.}

	tail="(\\.[0-9]+)*(\\+[a-z0-9.~]+)?(-[0-9][0-9a-z.~]*)?"
	if [ "$spec" = default ]; then
		apt_here apt-cache depends "linux-image-cloud-$arch:$arch" "linux-image-$arch:$arch" \
			2>/dev/null | sed -n "s/:$arch\$//; s/^ *Depends: linux-image-//p"
	elif [[ $spec =~ ^[0-9]+\.[0-9]+$ ]]; then
		apt_here apt-cache pkgnames "linux-image-$spec" | sed 's/^linux-image-//' >"$new/names"
		grep -E "^$series$tail-cloud-$arch\$" "$new/names" | sort -rV || true
		grep -E "^$series$tail-$arch\$" "$new/names" | sort -rV || true
	else
		echo "$spec"
	fi | while read -r release; do
		! has_packages "linux-image-$release:$arch" "linux-headers-$release:$arch" ||
			echo "$release"
	done
}

has_packages() {
	apt_here apt-get download --print-uris "$@" >/dev/null 2>&1
}

# Sets `found` to the release that answers SPEC, leaves the place that has it selected, and names it
# in `found_in`; `base` and `base_uri` are set when that place stands on another.
find_kernel() {
	local spec=$1 suite uri

	use_configured
	base='' base_uri=''
	found=$(releases_of "$spec" | head -n 1)
	found_in='the configured sources'
	[ -z "$found" ] || return 0
	[ -n "$(configured_sources)" ] || die "no package lists; run as root: apt-get update"
	while read -r suite uri base base_uri; do
		say "$spec: not yet found, asking $suite"
		use_suite "$suite" "$uri" || continue
		found=$(releases_of "$spec" | head -n 1)
		found_in=$suite
		[ -z "$found" ] || return 0
	done < <(other_suites)
	die "no kernel '$spec' in the package sources; see: apt-cache search ^linux-image-"
}

# Prints the packages that make up the kernel RELEASE: image and headers, and their parts. The headers'
# host programs are this machine's.
kernel_packages() {
	local release=$1 image=linux-image-$1:$arch headers=linux-headers-$1:$arch

	echo "$image"
	echo "$headers"
	depends_of "$image" | grep -E "^linux-[a-z]+-${release//[.+]/.}\$" | sed "s/\$/:$arch/" || true
	depends_of "$headers" | grep -E '^linux-(headers-.*common.*|kbuild-.*)$'
}

# Prints the shared libraries' packages that the host programs of the headers in DIR need; NAME:ARCH, of
# another architecture, is not among them.
library_packages() {
	local dir=$1 kbuild

	kbuild=$(cd "$dir/usr/lib" && echo linux-kbuild-*)
	apt_here apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
		--no-breaks --no-replaces --no-enhances "$kbuild" | grep -E '^(lib|zlib)[^:]*$' | sort -u
}

# Makes modules.dep in the kernel directory DIR: a package leaves that to its installation.
index_modules() {
	PATH=$PATH:/usr/sbin:/sbin depmod -b "$1" "$2" || die "depmod failed for $2"
}

# Puts the kernel image and its configuration, wherever the packages have them, into the directory DIR.
place_image() {
	local dir=$1 release=$2 name file

	for name in vmlinuz config; do
		for file in "$dir/boot/$name-$release" "$dir/lib/modules/$release/$name"; do
			[ ! -f "$file" ] || mv "$file" "$dir/$name"
		done
		[ -f "$dir/$name" ] || die "linux-image-$release: no $name in its packages"
	done
}

# Fetches RELEASE from the place selected into the directory DIR.
fetch_kernel() {
	local dir=$1 release=$2 packages

	packages=$(kernel_packages "$release")
	# shellcheck disable=SC2086 # a list of package names
	unpack_packages "$dir" $packages
	[ -e "$dir/lib" ] || ln -s usr/lib "$dir/lib"
	place_image "$dir" "$release"
	rm -f "$dir/lib/modules/$release/build" "$dir/lib/modules/$release/source"
	index_modules "$dir" "$release"
	fix_headers "$dir" "$release"
	fix_host_programs "$dir"
	make_vars "$dir"
	rm -rf "${dir:?}/boot" "${dir:?}/usr/share" "$dir"/{apt,apt.conf,apt-cache,names,log}
	echo "$arch" >"$dir/arch"
	chmod 755 "$dir"
	echo "$release" >"$dir/release"
}

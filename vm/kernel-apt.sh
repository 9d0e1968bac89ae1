# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by kernel.sh: finds a kernel by name with the package manager and unpacks its packages. The
# lists of the configured sources are asked first; then, suite by suite, other suites of the same
# mirrors, with lists of our own, so that the system's state is never touched.
#
# Uses from kernel.sh: say, die, and `new`, the directory of the kernel in the making.
# shellcheck disable=SC2034,SC2154 # assigned or used there

# Runs an apt COMMAND on the lists of the place being asked. Installed packages do not count.
apt_here() {
	local command=$1

	shift
	APT_CONFIG=$apt_conf "$command" -q -o APT::Sandbox::User=root "$@"
}

# The system's own lists, read only.
use_configured() {
	apt_conf=$new/apt.conf
	cat >"$apt_conf" <<-EOF
	Dir::State::status "/dev/null";
	Dir::Cache "$new/apt-cache/";
	EOF
	mkdir -p "$new/apt-cache/archives/partial"
}

# Lists of our own from the SUITE of the archive URI, brought up to date.
use_suite() {
	local suite=$1 uri=$2 dir=$new/apt/$1

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/parts"
	apt_conf=$dir/apt.conf
	cat >"$apt_conf" <<-EOF
	#clear APT::Update::Post-Invoke-Success;
	Dir::State "$dir/";
	Dir::State::lists "$dir/lists/";
	Dir::State::status "/dev/null";
	Dir::Cache "$dir/cache/";
	Dir::Etc::sourcelist "$dir/sources.list";
	Dir::Etc::sourceparts "$dir/parts/";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "$dir/parts/";
	Acquire::Languages "none";
	EOF
	: >"$dir/sources.list"
	add_suite "$suite" "$uri"
}

# Adds a SUITE of the archive URI to the lists being asked.
add_suite() {
	local suite=$1 uri=$2 dir=${apt_conf%/*} signed=''

	if [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
		signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] '
	fi
	echo "deb $signed$uri $suite main" >>"$dir/sources.list"
	apt_here apt-get update >"$dir/log" 2>&1 && ! grep -q '^Err:' "$dir/log"
}

# Prints `URI SUITE` of each configured source that has its lists.
configured_sources() {
	# shellcheck disable=SC2016 # the placeholders are apt's
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
		sort -u
}

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
	local spec=$1 arch release tail series=${1//./\\.}

	arch=$(dpkg --print-architecture)
	tail="(\\.[0-9]+)*(\\+[a-z0-9.~]+)?(-[0-9][0-9a-z.~]*)?"
	if [ "$spec" = default ]; then
		apt_here apt-cache depends "linux-image-cloud-$arch" "linux-image-$arch" 2>/dev/null |
			sed -n 's/^ *Depends: linux-image-//p'
	elif [[ $spec =~ ^[0-9]+\.[0-9]+$ ]]; then
		apt_here apt-cache pkgnames "linux-image-$spec" | sed 's/^linux-image-//' >"$new/names"
		grep -E "^$series$tail-cloud-$arch\$" "$new/names" | sort -rV || true
		grep -E "^$series$tail-$arch\$" "$new/names" | sort -rV || true
	else
		echo "$spec"
	fi | while read -r release; do
		! has_packages "linux-image-$release" "linux-headers-$release" || echo "$release"
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

# Prints the packages that PACKAGE depends on, one a line.
depends_of() {
	apt_here apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' |
		tr ',' '\n' | sed 's/^ *//; s/ .*//'
}

# Prints the packages that make up the kernel RELEASE: image and headers, and their parts.
kernel_packages() {
	local release=$1

	echo "linux-image-$release"
	echo "linux-headers-$release"
	depends_of "linux-image-$release" | grep -E "^linux-[a-z]+-${release//[.+]/.}\$" || true
	depends_of "linux-headers-$release" | grep -E '^linux-(headers-.*common.*|kbuild-.*)$'
}

# Prints the shared libraries' packages that the host programs of the headers in DIR need.
library_packages() {
	local dir=$1 kbuild

	kbuild=$(cd "$dir/usr/lib" && echo linux-kbuild-*)
	apt_here apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
		--no-breaks --no-replaces --no-enhances "$kbuild" | grep -E '^(lib|zlib)' | sort -u
}

# Downloads PACKAGE… and unpacks them into DIR.
unpack_packages() {
	local dir=$1 deb

	shift
	mkdir -p "$new/debs"
	(cd "$new/debs" && apt_here apt-get download "$@" >"$new/log" 2>&1) ||
		die "cannot download $*: $(grep -m 1 '^E:' "$new/log" || tail -n 1 "$new/log");" \
			"if the lists are old, run as root: apt-get update"
	for deb in "$new/debs"/*.deb; do
		dpkg-deb -x "$deb" "$dir" || die "${deb##*/}: cannot unpack it (is the disk full?)"
	done
	rm -rf "$new/debs"
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
	chmod 755 "$dir"
	echo "$release" >"$dir/release"
}

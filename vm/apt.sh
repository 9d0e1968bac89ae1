# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by kernel.sh and sysroot.sh: packages by the package manager, unpacked and never installed.
# The lists of the configured sources are read as they are; for other suites and for another
# architecture there are lists of our own, so that the system's state is never touched.
#
# Uses from the script: say, die, `arch`, and `new`, the directory that is being filled.
# shellcheck disable=SC2154 # assigned there

# Runs an apt COMMAND on the lists of the place being asked. Installed packages do not count.
apt_here() {
	local command=$1

	shift
	APT_CONFIG=$apt_conf "$command" -q -o APT::Sandbox::User=root "$@"
}

# The configured sources, by the system's own lists, read only. These hold nothing of another
# architecture: for that the same sources are read into lists of our own.
use_configured() {
	if arch_is_foreign "$arch"; then
		use_configured_foreign
		return
	fi
	apt_conf=$new/apt.conf
	cat >"$apt_conf" <<-END
	Dir::State::status "/dev/null";
	Dir::Cache "$new/apt-cache/";
	END
	mkdir -p "$new/apt-cache/archives/partial"
}

use_configured_foreign() {
	local uri suite

	[ -n "$(configured_sources)" ] || die "no package lists; run as root: apt-get update"
	new_lists configured
	while read -r uri suite; do
		[[ $uri == */debian* ]] || continue
		list_source "$suite" "$uri"
	done < <(configured_sources)
	say "reading the package lists of $arch"
	update_lists || die "cannot read the package lists of $arch: $(grep -m 1 -E '^(Err|E):' \
		"${apt_conf%/*}/log"); see that the configured sources can be reached"
}

# new_lists NAME: empty lists of our own, to be asked from now on.
new_lists() {
	local dir=$new/apt/$1

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/parts"
	apt_conf=$dir/apt.conf
	cat >"$apt_conf" <<-END
	#clear APT::Update::Post-Invoke-Success;
	#clear APT::Architectures;
	APT::Architectures { "$(arch_host)"; "$arch"; };
	Dir::State "$dir/";
	Dir::State::lists "$dir/lists/";
	Dir::State::status "/dev/null";
	Dir::Cache "$dir/cache/";
	Dir::Etc::sourcelist "$dir/sources.list";
	Dir::Etc::sourceparts "$dir/parts/";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "$dir/parts/";
	Acquire::Languages "none";
	END
	: >"$dir/sources.list"
}

# Names a SUITE of the archive URI in the lists being asked.
list_source() {
	local suite=$1 uri=$2 signed=''

	if [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
		signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] '
	fi
	echo "deb $signed$uri $suite main" >>"${apt_conf%/*}/sources.list"
}

update_lists() {
	local log=${apt_conf%/*}/log

	apt_here apt-get update >"$log" 2>&1 && ! grep -q '^Err:' "$log"
}

# Lists of our own from the SUITE of the archive URI, brought up to date.
use_suite() {
	new_lists "$1"
	add_suite "$1" "$2"
}

# Adds a SUITE of the archive URI to the lists being asked.
add_suite() {
	list_source "$1" "$2"
	update_lists
}

# Prints `URI SUITE` of each configured source that has its lists.
configured_sources() {
	# shellcheck disable=SC2016 # the placeholders are apt's
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
		sort -u
}

# Prints the packages that PACKAGE depends on, one a line.
depends_of() {
	apt_here apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' |
		tr ',' '\n' | sed 's/^ *//; s/ .*//'
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

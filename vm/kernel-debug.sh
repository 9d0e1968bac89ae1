# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by kernel.sh: a kernel with its own checks on, which no distribution has as a package. It is
# built from the distribution's kernel source, of no more than the guest needs (debug.config), in some
# minutes, and then lies in the cache like any other.
#
# Uses from kernel.sh: say, die, need_command, the cache, arch, here, update and `new`; apt.sh;
# kernel-headers.sh.
# shellcheck disable=SC2154 # assigned there

# What is asked of the source: another recipe makes another kernel.
debug_recipe() {
	cksum <"$here/debug.config"
}

# Prints the release of the debug kernel in the cache when it is of this recipe.
debug_cached() {
	local release

	release=$(cached_release debug) || return 1
	[ "$(cat "$cache/kernels/$release/recipe" 2>/dev/null)" = "$(debug_recipe)" ] || return 1
	echo "$release"
}

debug_need_commands() {
	local command

	need_command apt-get apt
	need_command dpkg-deb dpkg
	for command in gcc make flex bison bc xz; do
		need_command "$command" "${command/#xz/xz-utils}"
	done
	echo '#include <gelf.h>' | gcc -fsyntax-only -x c - 2>/dev/null ||
		die 'no gelf.h; install it: apt-get install libelf-dev'
}

# Unpacks the source that linux-source stands for into $new/tree; its package's name and version go
# into $new/source.
debug_unpack() {
	local package

	use_configured
	package=$(depends_of linux-source | grep -m 1 '^linux-source-') ||
		die "no linux-source in the package sources; run as root: apt-get update"
	apt_here apt-cache show --no-all-versions "$package" |
		sed -n "s/^Version: /$package /p" >"$new/source"
	say "fetching $(cat "$new/source")"
	unpack_packages "$new/deb" "$package"
	mkdir "$new/tree"
	tar -xf "$new/deb/usr/src/$package.tar.xz" -C "$new/tree" --strip-components=1 ||
		die "$package: cannot unpack it (is the disk full?)"
	rm -rf "$new/deb"
}

# debug_make TARGET...: the kernel's own build, in $new/tree. It knows neither time nor place.
debug_make() {
	KBUILD_BUILD_TIMESTAMP=1970-01-01 KBUILD_BUILD_USER=allocmark KBUILD_BUILD_HOST=debug \
		nice -n 19 make -C "$new/tree" -j"$(nproc)" "$@" >>"$new/log" 2>&1 ||
		die "the debug kernel does not build: $(grep -m 1 -iE 'error|\*\*\*' "$new/log")"
}

# The lines of debug.config that the configuration FILE does not have: of another source, where an
# option has got another name or needs another one.
debug_lost() {
	local line name

	while read -r line; do
		case $line in
		'# CONFIG_'*' is not set')
			name=${line#\# }
			! grep -q "^${name%% *}=" "$1" || echo "$line" ;;
		CONFIG_*) grep -qxF "$line" "$1" || echo "$line" ;;
		esac
	done <"$here/debug.config"
}

debug_configure() {
	local lost

	debug_make tinyconfig
	cat "$here/debug.config" >>"$new/tree/.config"
	debug_make olddefconfig
	lost=$(debug_lost "$new/tree/.config" | tr '\n' ' ')
	[ -z "$lost" ] || die "this kernel's source does not take from debug.config: $lost"
}

# Moves what a module is built with from $new/tree to $new/build: kbuild, what it calls, the headers.
debug_headers() {
	mkdir "$new/build"
	(
		cd "$new/tree" || exit
		printf '%s\n' Makefile .config Module.symvers tools/objtool/objtool
		find arch/x86 -maxdepth 1 -name 'Makefile*'
		find include arch/x86/include scripts -not -type d -not -name '*.o'
	) | tar -C "$new/tree" -cf - --no-recursion -T - | tar -C "$new/build" -xf -
}

debug_place() {
	local release

	release=$(cat "$new/tree/include/config/kernel.release")
	cp "$new/tree/arch/x86/boot/bzImage" "$new/vmlinuz"
	cp "$new/tree/.config" "$new/config"
	debug_headers
	mkdir -p "$new/lib/modules/$release"
	make_vars "$new"
	rm -rf "${new:?}/tree" "$new"/{apt.conf,apt-cache,log}
	debug_recipe >"$new/recipe"
	echo "$arch" >"$new/arch"
	chmod 755 "$new"
	echo "$release" >"$new/release"
}

take_debug() {
	local release started=$SECONDS

	[ "$arch" = amd64 ] || die "--arch=$arch: the debug kernel is built for amd64 alone"
	if [ -z "$update" ] && release=$(debug_cached); then
		echo "$cache/kernels/$release"
		return 0
	fi
	need_cached_only debug
	debug_need_commands
	lock_cache
	debug_unpack
	debug_configure
	say "building the debug kernel: some twelve minutes of processor time"
	debug_make bzImage modules
	debug_place
	release=$(cat "$new/release")
	publish_kernel "$new" "$release"
	remember_spec debug "$release"
	say "built $release in $((SECONDS - started)) s"
	echo "$cache/kernels/$release"
}

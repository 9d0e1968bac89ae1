# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by kernel.sh: makes unpacked kernel headers usable where they lie, and writes make.vars, the
# variables that a module build on this system needs. A headers package expects to be in /usr/src, with
# the compiler of its own distribution, and brings host programs linked with that distribution's libc.
#
# Uses from kernel.sh: say, die, arch; from kernel-apt.sh: base and base_uri; from apt.sh: add_suite and
# the packages.
# shellcheck disable=SC2154 # assigned there

# The headers find their common part by its place relative to them instead of /usr/src.
fix_headers() {
	local dir=$1 release=$2

	ln -s "usr/src/linux-headers-$release" "$dir/build"
	# shellcheck disable=SC2016 # the variables are make's
	sed -i -e 's|^include /usr/src/|include $(dir $(lastword $(MAKEFILE_LIST)))../|' \
		-e 's|^KBUILD_OUTPUT *=.*|KBUILD_OUTPUT := $(realpath $(dir $(lastword $(MAKEFILE_LIST))))|' \
		"$dir/build/Makefile"
}

# Prints the host programs of the headers in DIR that this system's libraries cannot run.
foreign_programs() {
	local file

	find "$1"/usr/lib/linux-kbuild-* -type f -perm -100 | while read -r file; do
		[ "$(head -c 4 "$file" | tail -c 3)" = ELF ] || continue
		! ldd "$file" 2>&1 | grep -q 'not found' || echo "$file"
	done
}

# Gives the host programs that need it the libraries of their own distribution, kept in DIR/runtime:
# a script takes the program's place and starts it through that distribution's dynamic loader.
fix_host_programs() {
	local dir=$1 programs packages loader file

	programs=$(foreign_programs "$dir")
	[ -n "$programs" ] || return 0
	say "the headers' programs need newer libraries than this system's: unpacking them beside"
	[ -z "$base" ] || add_suite "$base" "$base_uri" || die "cannot read the package list of $base"
	packages=$(library_packages "$dir")
	# shellcheck disable=SC2086 # a list of package names
	unpack_packages "$dir/runtime" $packages
	loader=$(find "$dir/runtime" -name 'ld-linux*.so.*' | head -n 1)
	[ -n "$loader" ] || die 'no dynamic loader in the libraries unpacked for the headers'
	for file in $programs; do
		wrap_program "$file" "$loader"
	done
}

# Replaces the program FILE by a script that runs it through LOADER with the libraries beside that.
wrap_program() {
	local file=$1 loader=$2 here

	here=$(dirname "$file")
	mv "$file" "$file.elf"
	cat >"$file" <<-EOF
	#!/bin/sh
	here=\$(dirname "\$(realpath "\$0")")
	loader=\$here/$(realpath --relative-to="$here" "$loader")
	exec "\$loader" --argv0 "\$0" --library-path "\${loader%/*}" "\$here/${file##*/}.elf" "\$@"
	EOF
	chmod 755 "$file"
}

# Prints the compiler for the headers in DIR when theirs is not here: the system's own.
other_compiler() {
	local wanted prefix

	prefix=$(arch_prefix "$arch")
	wanted=$(sed -n 's/^CC *=.*\(gcc-[0-9]*\).*/\1/p' "$1/.kernelvariables" 2>/dev/null)
	[ -n "$wanted" ] && ! command -v "$prefix$wanted" >/dev/null || return 0
	echo "${prefix}gcc"
}

# Prints `SYMBOL FLAG` for each compiler feature the headers in DIR guard a flag with.
guarded_flags() {
	cat "$1/build/Makefile" "$1"/usr/src/linux-headers-*-common/Makefile 2>/dev/null |
	awk '$1 == "ifdef" && $2 ~ /^CONFIG_CC_HAS_/ { symbol = $2 }
	     $1 ~ /^(else|endif)/ { symbol = "" }
	     symbol && /^KBUILD_CFLAGS/ && match($0, /-f[-a-z]+(=[^ ]*)?/) {
		flag = substr($0, RSTART, RLENGTH); gsub(/\$\([^)]*\)/, "16", flag); print symbol, flag
	     }'
}

# Prints the features above that COMPILER, older than the kernel's own, does not know: without them
# the kernel's makefiles take the fallback they have for such a compiler.
missing_features() {
	local dir=$1 compiler=$2 symbol flag

	guarded_flags "$dir" | while read -r symbol flag; do
		"$compiler" -Werror "$flag" -fsyntax-only -x c /dev/null 2>/dev/null || echo "$symbol="
	done
}

# Writes DIR/make.vars.
make_vars() {
	local dir=$1 compiler

	compiler=$(other_compiler "$dir/build")
	{
		if arch_is_foreign "$arch"; then
			echo "ARCH=$(arch_field "$arch" kernel)"
			echo "CROSS_COMPILE=$(arch_prefix "$arch")"
		fi
		if [ -n "$compiler" ]; then
			echo "CC=$compiler"
			missing_features "$dir" "$compiler"
		fi
		# Type information for a module takes pahole and is read by nothing here.
		echo 'CONFIG_DEBUG_INFO_BTF_MODULES='
	} >"$dir/make.vars"
}

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The manual page, made from what --help of the command and of each subcommand prints: the options and
# their texts stand in the sources once. What --help has no place for follows at the end.
#
# usage: page.sh ALLOCMARK VERSION >allocmark.1
set -eu

allocmark=$1
version=$2

# Terminal widths of who builds it do not belong into a page.
ARGP_HELP_FMT=rmargin=79
export ARGP_HELP_FMT

# roff_text: --help on stdin as roff. An option begins two to six columns in with a dash, a command two
# columns in with a letter; what stands at column 20 or more goes on with the text before.
roff_text() {
	sed 's/\\/\\e/g' | awk '
		function entry(head, text) {
			gsub(/-/, "\\-", head)
			print ".TP"
			print ".B " head
			if (text != "")
				print text
		}
		/^Usage: / { sub(/^Usage: /, ""); gsub(/-/, "\\-"); print ".P\n.B " $0 "\n.P"; next }
		/^  +-/ {
			line = $0
			sub(/^ +/, "", line)
			at = match(line, /  +/)
			if (at)
				entry(substr(line, 1, at - 1), substr(line, at + RLENGTH))
			else
				entry(line, "")
			next
		}
		/^  [a-z]/ {
			line = $0
			sub(/^ +/, "", line)
			at = match(line, / +/)
			entry(substr(line, 1, at - 1), substr(line, at + RLENGTH))
			next
		}
		/^$/ { print ".P"; next }
		{ sub(/^ +/, ""); sub(/^[.'"'"']/, "\\\\\\&&"); gsub(/--/, "\\-\\-"); print }
	' | awk '
		# Two empty lines in a row are one.
		$0 == ".P" { if (last == ".P") next }
		{ print; last = $0 }'
}

commands=$("$allocmark" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p')

cat <<END
.\\" SPDX-License-Identifier: GPL-2.0-only
.\\" Made from --help by man/page.sh.
.TH ALLOCMARK 1 "" "allocmark $version" "User Commands"
.SH NAME
allocmark \\- measure what allocating memory costs, in user space and in the kernel
.SH SYNOPSIS
.B allocmark
.I COMMAND
.RI [ ARGUMENT ...]
.SH DESCRIPTION
END
"$allocmark" --help | sed '1d' | roff_text
echo .SH COMMANDS
for name in $commands; do
	printf '.SS allocmark %s\n' "$name"
	"$allocmark" "$name" --help | sed '/^  -?, --help/,/^  -V, --version/d' | roff_text
done
cat <<'END'
.SH EXIT STATUS
0 when all went well; 1 on bad usage, on bad input, and when a measurement could not be made. One line
on stderr then says why and what to do. An allocator that refuses a size, and a strategy that is
not to be had here, are results and no errors.
.SH FILES
.TP
.I RUNDIR/manifest.json
options, versions, machine and environment of the run
.TP
.I RUNDIR/blocks.jsonl
one record a block, one block a line; results/README.md describes the fields
.TP
.I RUNDIR/topology.xml
the machine as hwloc sees it
.TP
.I /dev/allocmark
the kernel half, where the module is loaded
END

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Form of the sources: scripts by shellcheck, C by clang-format, a licence line at the head of each
# file, no word of unfinished work, no path of the machine it was written on. Looks at what git
# tracks or would track; in an unpacked release, at every file.
set -euo pipefail

srcdir=${AMK_SRCDIR:-$(dirname "$0")/..}

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

cd "$srcdir"

# Text of others, generated text, and data in formats without comments.
unlicensed='^(COPYING|\.editorconfig|\.gitignore|\.shellcheckrc|results/.*|tests/data/.*|.*\.(json|jsonl|tsv|md|txt|png))$'

files() {
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard
	else
		find . -type f -not -path './build*' -printf '%P\n'
	fi | sort -u | while read -r file; do
		if [ -f "$file" ]; then
			echo "$file"
		fi
	done
}

c_files() {
	grep -E '\.[ch]$' <<<"$all" || true
}

# Scripts are known by their suffix or their first line.
shell_files() {
	local file first
	while read -r file; do
		case $file in
		*.sh) echo "$file"; continue ;;
		*.[ch1] | *.am | *.ac | *.m4 | *.md | *.def) continue ;;
		esac
		first=
		IFS= read -r first 2>/dev/null <"$file" || true
		case $first in
		'#!'*[/\ ]sh | '#!'*[/\ ]bash | '#!'*[/\ ]sh\ * | '#!'*[/\ ]bash\ *) echo "$file" ;;
		esac
	done <<<"$all" 2>/dev/null
}

test_shellcheck() {
	local file
	if ! command -v shellcheck >/dev/null; then
		tap_skip shellcheck "no shellcheck: apt-get install shellcheck"
		return
	fi
	while read -r file; do
		tap_ok "shellcheck: $file" shellcheck -x "$file"
	done < <(shell_files)
}

test_modes() {
	local file wrong=
	while read -r file; do
		if head -c 2 "$file" | grep -q '#!' && [ ! -x "$file" ]; then
			wrong+="$file begins with #! and is not executable"$'\n'
		fi
	done < <(shell_files)
	tap_empty "scripts are executable" "$wrong"
	wrong=
	while read -r file; do
		# A first process that ends takes the machine with it.
		if [ "$file" = vm/init ]; then
			continue
		fi
		if head -c 2 "$file" | grep -q '#!' && ! grep -Eq '^[[:space:]]*set -eu' "$file"; then
			wrong+="$file does not set -eu"$'\n'
		fi
	done < <(shell_files)
	tap_empty "scripts end at the first error" "$wrong"
}

test_format() {
	local out
	if ! command -v clang-format >/dev/null; then
		tap_skip "clang-format" "no clang-format: apt-get install clang-format"
		return
	fi
	out=$(c_files | xargs -r clang-format --dry-run -Werror 2>&1 | grep 'error:' |
		cut -d: -f1 | sort | uniq -c | awk '{ print $2 ": " $1 " places" }') || true
	tap_empty "layout of the C sources: clang-format -i FILE" "$out"
}

test_licence() {
	local file wrong=
	while read -r file; do
		if [ -s "$file" ] && ! head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-only'; then
			wrong+="$file"$'\n'
		fi
	done < <(grep -Ev "$unlicensed" <<<"$all")
	tap_empty "a licence line at the head of each file" "$wrong"
	wrong=
	while read -r file; do
		if [ ! -s "$file" ]; then
			wrong+="$file is empty"$'\n'
		fi
	done <<<"$all"
	tap_empty "no empty file" "$wrong"
}

# The words are written so that this file does not hold them.
test_words() {
	local text
	text=$(grep -Ev '^(COPYING|tests/data/.*)$' <<<"$all")
	# shellcheck disable=SC2086
	tap_empty "no unfinished work" \
		"$(grep -nIwE 'TO[D]O|FIX[M]E|XX[X]|HA[C]K|place[h]older' $text || true)"
	# shellcheck disable=SC2086
	tap_empty "no path of a developer's machine" \
		"$(grep -nIE '(^|[^A-Za-z0-9_.$}/-])/(wor[k]|hom[e]|roo[t])/' $text || true)"
	# shellcheck disable=SC2086
	tap_empty "no space before the end of a line" "$(grep -nIE '[[:blank:]]+$' $text || true)"
	# Tabs are 8 wide here, so a line's length is that of its expansion.
	# shellcheck disable=SC2046
	tap_empty "no line of C over 100 columns" "$(c_files | while read -r file; do
		expand "$file" | awk -v file="$file" 'length > 100 { print file ":" NR }'
	done)"
}

all=$(files)
test_shellcheck
test_modes
test_format
test_licence
test_words
tap_done

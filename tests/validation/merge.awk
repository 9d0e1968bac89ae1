# SPDX-License-Identifier: GPL-2.0-only
#
# Rounds that were measured one by one, as one digest.
BEGIN { FS = OFS = "\t" }
FNR == 1 { if (NR == 1) head = $0; next }
FNR == 2 { columns = $0; next }
{
	key = $1 FS $2 FS $3 FS $4 FS $5 FS $6
	if (!(key in costs)) { order[++n] = key; costs[key] = "" }
	if (NF == 11) costs[key] = costs[key] FS $11
}
END {
	split(head, h, FS)
	print h[1], h[2], h[3], 0, n
	print columns
	for (i = 1; i <= n; i++) print order[i], "ok", 0, 0, "0" costs[order[i]]
}

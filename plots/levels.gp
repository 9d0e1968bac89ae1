# SPDX-License-Identifier: GPL-2.0-only
#
# By what size of entry each range is mapped: a bar a range, its parts by level, told apart by fill
# as well as by colour. The plot's own .gp has set, beside what common.gp needs:
#   nr_rows row_label[]               from the top down
#   data                              columns as its header says: 1 row, 6 to 9 shares
load scripts.'/common.gp'

legend_top = 0.085
legend_rows = 1
legend_columns = 4
legend_style = 'boxes'
set lmargin at screen 0.25
set rmargin at screen 0.975
set bmargin at screen 0.165
set tmargin at screen panels_top - 0.015
set xrange [0:1]
set xtics nomirror out 0,0.25,1 font tic_font
set format x '%.2g'
set xlabel 'share of the pages' noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink
set yrange [nr_rows + 0.7:0.3]
set ytics nomirror scale 0 () noenhanced font ','.sprintf('%.1f', 13 * pt * min(1, 26.0 / nr_rows))
do for [i = 1:nr_rows] { set ytics add (row_label[i] i) }
unset grid
set grid xtics lc rgb pale lw 1 dt 1

array fills[4] = [1, 2, 3, 4]
array colours[4] = ['#0072B2', '#56B4E9', '#D55E00', '#E69F00']
before(l) = l == 6 ? 0 : sum [k = 6:l - 1] column(k)
plot for [l = 6:9] data skip 1 using (column(l) > 0 ? before(l) : NaN):1:(before(l)):(before(l) + column(l)):(column(1) - 0.36):(column(1) + 0.36) \
	with boxxyerror lc rgb colours[l - 5] fillstyle pattern fills[l - 5] border notitle

nr_series = 4
array series_label[4] = ['4 KiB entries', '64 KiB contiguous', '2 MiB entries', '1 GiB entries']
# The legend's boxes take their fill in turn from here on, as the bars have theirs.
set style fill pattern 1 border
do for [i = 1:4] { set linetype i lc rgb colours[i] }
load scripts.'/legend.gp'

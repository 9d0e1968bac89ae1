# SPDX-License-Identifier: GPL-2.0-only
#
# The legend below the panels, and the end of the picture. nr_series, series_label[]: the series;
# nr_signs, sign_label[], sign_point[]: points that mean the same in every series, if there are any.
unset border
unset tics
unset grid
unset arrow
unset label
unset title
unset xlabel
unset ylabel
unset logscale
set xrange [0:1]
set yrange [0:1]
set lmargin at screen 0.02
set rmargin at screen 0.98
set bmargin at screen 0.03
set tmargin at screen legend_top
set key at screen 0.5,legend_top center top horizontal Left reverse maxcols legend_columns samplen 4 spacing 1.15 \
	width 1 noenhanced font ','.sprintf('%.1f', (legend_rows > 4 || longest > 45 ? 11 : 13) * pt) textcolor rgb ink
# A loop over nothing would still take a place in the legend.
command = 'plot for [i = 1:nr_series] NaN with '.legend_style.' lt i title series_label[i]'
if (nr_signs > 0) {
	command = command.', for [i = 1:nr_signs] NaN with points pt sign_point[i] ps 1.25 lw 3 lc rgb ink title sign_label[i]'
}
eval command
unset multiplot
unset output

# SPDX-License-Identifier: GPL-2.0-only
#
# Lines against size, in one to three panels side by side. The plot's own .gp has set:
#   name title_enhanced source caution footer signature format scripts   see common.gp
#   data                              table in TSV, a block a series, rising in size
#   size_column size_min size_max     of the size axis, bytes
#   nr_marks mark_at[] mark_text[]    sizes that mean something
#   nr_series series_label[]          linetype i is series i
#   nr_panels panel_title[] panel_label[] panel_unit[] panel_scale[] (log, linear)
#   panel_min[] panel_max[]           of the value axis
#   panel_low[] panel_line[] panel_high[] panel_point[] panel_end[]  columns; 0: none
#   lines_of[] bands_of[] points_of[] ends_of[]  the series that have them, as words
load scripts.'/common.gp'

panels_left = 0.085
panels_right = 0.985

legend_widest = 3
eval legend_size
# More bands are thinner bands.
band = 0.16 * min(1, 4.0 / nr_series)
gap = 0.085
titled = 0
do for [p = 1:nr_panels] { titled = titled || strlen(panel_title[p]) }
width = (panels_right - panels_left - gap * (nr_panels - 1)) / nr_panels
# Powers of two between two sizes in words.
size_axis_step = nr_panels == 1 ? 3 : 6

# On a log axis nothing lies at 0 or below: a band is cut off at the axis, a line is not drawn.
clipped(v, p) = panel_scale[p] eq 'log' && v < panel_min[p] ? panel_min[p] : v
drawn(v, p) = panel_scale[p] eq 'log' && v <= 0 ? NaN : v
rows(list) = "for [i = 1:words(".list."[p])] data skip 1 index int(word(".list."[p], i)) - 1 using (column(size_column)):"
series(list) = " lt int(word(".list."[p], i)) notitle"

do for [p = 1:nr_panels] {
	left = panels_left + (p - 1) * (width + gap)
	set lmargin at screen left
	set rmargin at screen left + width
	set bmargin at screen panels_bottom
	set tmargin at screen panels_top - (titled ? 0.065 : 0.02)
	set title panel_title[p] noenhanced font ','.sprintf('%.1f', 14 * pt) textcolor rgb ink offset 0,1.1
	set xlabel 'size of one allocation' noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink
	set ylabel panel_label[p] noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink offset 0.8,0
	eval size_axis
	if (panel_scale[p] eq 'log') { eval log_axis } else { eval linear_axis }

	eval marks

	command = 'plot NaN notitle'
	if (strlen(bands_of[p])) {
		command = command.', '.rows('bands_of').'(clipped(column(panel_low[p]), p)):(clipped(column(panel_high[p]), p)) with filledcurves fillstyle transparent solid band noborder'.series('bands_of')
	}
	if (strlen(lines_of[p])) {
		command = command.', '.rows('lines_of').'(drawn(column(panel_line[p]), p)) with '.(strlen(points_of[p]) ? 'lines' : 'linespoints').series('lines_of')
	}
	if (strlen(points_of[p])) {
		command = command.', '.rows('points_of').'(drawn(column(panel_point[p]), p)) with points'.series('points_of')
	}
	if (strlen(ends_of[p])) {
		command = command.', '.rows('ends_of').'(column(panel_end[p]) > 0 ? drawn(column(panel_line[p]), p) : NaN) with points pt 2 ps 1.6 lw 3 lc rgb ink notitle'
	}
	eval command
}
load scripts.'/legend.gp'

# SPDX-License-Identifier: GPL-2.0-only
#
# Curves over a number that differs from run to run, in one to three panels that share their axes.
# The plot's own .gp has set, beside what common.gp needs:
#   data                              table in TSV, a block a line and panel: 9 the number, 10 value,
#                                     11 and 12 its range over rounds (NaN: not known)
#   x_label x_min x_max x_doubles x_whole nr_x x_at[]   the axis of the number, and what runs have
#   value_label value_scale (log, linear, share) panel_unit[1] panel_min[1] panel_max[1]
#   nr_panels panel_title[]
#   nr_blocks block_panel[] block_line[] block_dashed[]   which block is which line in which panel, and
#                                     whether it is the kernel's
#   nr_series series_label[]          linetype i is line i
load scripts.'/common.gp'

legend_widest = 6
eval legend_size
panels_left = 0.085
panels_right = 0.985
gap = 0.03
width = (panels_right - panels_left - gap * (nr_panels - 1)) / nr_panels
titled = 0
do for [p = 1:nr_panels] { titled = titled || strlen(panel_title[p]) }
drawn(v) = value_scale eq 'log' && v <= 0 ? NaN : v
clipped(v) = value_scale eq 'log' && v < panel_min[1] ? panel_min[1] : v

do for [p = 1:nr_panels] {
	left = panels_left + (p - 1) * (width + gap)
	set lmargin at screen left
	set rmargin at screen left + width
	set bmargin at screen panels_bottom
	set tmargin at screen panels_top - (titled ? 0.05 : 0.02)
	set title panel_title[p] noenhanced font ','.sprintf('%.1f', 14 * pt) textcolor rgb ink offset 0,0.3
	set xlabel x_label noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink
	if (p == 1) {
		set ylabel value_label noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink offset 0.8,0
	} else {
		unset ylabel
	}
	set xrange [x_min:x_max]
	unset mxtics
	if (x_doubles) {
		set logscale x 2
		set xtics nomirror out () noenhanced font tic_font
		do for [i = 1:nr_x] { set xtics add (sprintf('%g', x_at[i]) x_at[i]) }
	} else {
		unset logscale x
		set format x '%g'
		set xtics nomirror out noenhanced font tic_font autofreq
		if (x_whole && nr_x <= 12) {
			set xtics ()
			do for [i = 1:nr_x] { set xtics add (sprintf('%g', x_at[i]) x_at[i]) }
		}
	}
	# The axis' macros speak of panel p; all panels have the axis of the first.
	q = p
	p = 1
	if (value_scale eq 'log') { eval log_axis } else { eval linear_axis }
	p = q
	if (value_scale ne 'log' && panel_max[1] >= 1e5) { set format y '%.0s %c' }
	if (p > 1) { set format y ''; if (value_scale eq 'log') { set ytics nomirror out () } }
	if (p > 1 && value_scale eq 'log') {
		do for [e = -3:15] { v = 10.0**e; if (v >= panel_min[1] && v <= panel_max[1]) { set ytics add ('' v) } }
	}

	command = 'plot NaN notitle'
	do for [b = 1:nr_blocks] {
		if (block_panel[b] == p) {
			rows = sprintf("data skip 1 index %d using 9:", int(b - 1))
			line = sprintf(' lt %d%s notitle', int(block_line[b]), block_dashed[b] ? ' dt (14,6)' : '')
			command = command.', '.rows.'(drawn(column(10))):(clipped(column(11))):(column(12)) with yerrorbars'.' lt '.int(block_line[b]).' pt 0 dt 1 lw 1 notitle'
			command = command.', '.rows.'(drawn(column(10))) with linespoints'.line
		}
	}
	eval command
}
load scripts.'/legend.gp'

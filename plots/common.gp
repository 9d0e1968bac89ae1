# SPDX-License-Identifier: GPL-2.0-only
#
# What every plot shares: the canvas, sizes and times in words, titles, footer, legend. Loaded once a
# picture, after the plot's own .gp in plots/data has set what is said of it (see lines.gp, rows.gp).
#
# Colours are set there too, from the Okabe-Ito palette, and nothing is told by colour alone: user
# space is drawn solid and the kernel dashed, and each series has a point of its own.
set encoding utf8
set datafile separator tab

# "page" in the footers and titles means the run's page; the ink is softer than black.
ink = '#222222'
soft = '#5A5A5A'
pale = '#C8C8C8'
alarm = '#B03A00'

if (format eq 'png') {
	set terminal pngcairo size 1600,1000 enhanced font 'sans-serif,15' pointscale 1.6 background '#FFFFFF'
} else { if (format eq 'pdf') {
	# A page of a paper: everything to the scale of the PNG's canvas.
	set terminal pdfcairo size 8in,5in enhanced font 'sans-serif,15' fontscale 0.36 linewidth 0.72 pointscale 0.58 background '#FFFFFF'
} else {
	set terminal svg size 1600,1000 dynamic enhanced font 'sans-serif,18' linewidth 1 background '#FFFFFF'
} }
# Each terminal has its own idea of a font's and a point's size; the pictures are to look alike.
pt = format eq 'svg' ? 1.25 : 1.0
set output '../.'.name.'.'.format.'.part'

# Bytes in words: exact, or with three digits and the sign that it is not.
iec_unit(e) = word('B KiB MiB GiB TiB PiB EiB', e + 1)
iec_exp(b) = b < 1024 ? 0 : int(floor(log(b) / log(1024.0) + 1e-9))
iec(b) = sprintf('%.4g ', b / 1024.0**iec_exp(b)).iec_unit(iec_exp(b))

# Nanoseconds and instructions in words, for powers of ten.
ns_words(v) = v < 1e3 ? sprintf('%g ns', v) : v < 1e6 ? sprintf('%g µs', v / 1e3) : \
	v < 1e9 ? sprintf('%g ms', v / 1e6) : sprintf('%g s', v / 1e9)
insn_words(v) = v < 1e3 ? sprintf('%g', v) : v < 1e6 ? sprintf('%g k', v / 1e3) : \
	v < 1e9 ? sprintf('%g M', v / 1e6) : sprintf('%g G', v / 1e9)
words_of(v, unit) = unit eq 'ns' ? ns_words(v) : unit eq 'insn' || unit eq 'si' ? insn_words(v) : sprintf('%g', v)

min(a, b) = a < b ? a : b
max(a, b) = a > b ? a : b

unset key
tic_font = ','.sprintf('%.1f', 13 * pt)
legend_top = 0.135
legend_style = 'linespoints'
if (!exists('nr_signs')) { nr_signs = 0 }
# The legend takes the rows it needs, in columns as wide as its longest label, and the panels what is left. Set
# before: legend_widest, how many columns of labels of a word there may be.
longest = 0
legend_size = "do for [i = 1:nr_series] { longest = max(longest, strlen(series_label[i])) }; \
	legend_columns = longest > 70 ? 1 : longest > 32 ? 2 : longest > 12 ? 3 : legend_widest; \
	legend_rows = ceil((nr_series + nr_signs) / real(legend_columns)); \
	legend_top = 0.05 + min(legend_rows, 14) * (legend_rows > 4 ? 0.022 : 0.0255) + (legend_rows < 3 ? 0.015 : 0); \
	panels_bottom = legend_top + 0.095"
set border 3 lc rgb soft lw 1.2
set tics nomirror out scale 0.8,0.4
set grid xtics ytics lc rgb pale lw 1.2 dt 1

# Title, source, caution and footer, on the whole canvas.
set multiplot
set lmargin at screen 0
set rmargin at screen 1
set bmargin at screen 0
set tmargin at screen 1
unset border
unset tics
unset grid
set xrange [0:1]
set yrange [0:1]
set label 1 '{/:Bold '.title_enhanced.'}' at screen 0.025,0.962 left font ','.sprintf('%.1f', 20 * pt) textcolor rgb ink
# A line that is too long for the canvas is set smaller: what it says must not be cut off. A caution is
# first broken in two, where one of its parts ends, for it must be read in print, too.
fitting_len(len) = 13.5 * pt * max(0.4, min(1, 150.0 / max(1, len)))
fitting(text) = fitting_len(strlen(text))
half = strlen(caution) / 2
part = strlen(caution) > 150 ? strstrt(caution[half:*], '; ') : 0
caution_first = part ? caution[1:half + part - 1] : caution
caution_rest = part ? caution[half + part + 1:*] : ''
caution_font = sprintf(',%.1f', fitting_len(max(strlen(caution_first), strlen(caution_rest))))
set label 2 source at screen 0.025,0.925 left font ','.sprintf('%.1f', fitting(source)) textcolor rgb soft noenhanced
set label 3 caution_first at screen 0.025,(part ? 0.897 : 0.893) left font caution_font textcolor rgb alarm noenhanced
set label 6 caution_rest at screen 0.025,0.876 left font caution_font textcolor rgb alarm noenhanced
set label 4 footer at screen 0.025,0.018 left font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb soft noenhanced
set label 5 signature at screen 0.985,0.987 right font ','.sprintf('%.1f', 10.5 * pt) textcolor rgb soft noenhanced
plot NaN notitle
unset label
set border 3 lc rgb soft lw 1.2
set tics nomirror out scale 0.8,0.4
set grid xtics ytics lc rgb pale lw 1.2 dt 1

# Without a line of caution the panels reach higher.
panels_top = caution eq '' ? 0.86 : 0.83

# The size axis: powers of two in words, a minor tic at each power between.
size_axis = "set logscale x 2; set xrange [size_min:size_max]; unset mxtics; set xtics nomirror out () noenhanced font tic_font;  \
	do for [k = 0:62] { if (2.0**k >= size_min && 2.0**k <= size_max) { \
		if (k % size_axis_step == 0) { set xtics add (iec(2.0**k) 2.0**k) } \
		else { set xtics add ('' 2.0**k 1) } } }"

# A value axis over decades: powers of ten in words, and 2 and 5 too where there are few of them.
few(p) = panel_max[p] / panel_min[p] < 1100
log_axis = "set logscale y 10; set yrange [panel_min[p]:panel_max[p]]; unset mytics; set ytics nomirror out () noenhanced font tic_font; \
	do for [e = -3:15] { do for [m = 1:9] { v = m * 10.0**e; \
		if (v >= panel_min[p] * 0.999 && v <= panel_max[p] * 1.001) { \
			if (m == 1 || (few(p) && (m == 2 || m == 5))) { \
				set ytics add (words_of(v, panel_unit[p]) v) } \
			else { set ytics add ('' v 1) } } } }"

# Sizes that mean something: a dotted line, and its name above the panel, kept within the picture.
mark_place(m) = log(mark_at[m] / size_min) / log(size_max / size_min)
marks = "unset arrow; unset label; do for [m = 1:nr_marks] { \
	if (mark_place(m) > 0 && mark_place(m) < 1) { \
		set arrow m from mark_at[m], graph 0 to mark_at[m], graph 1 nohead lc rgb soft lw 1.6 dt 3 back; \
		if (mark_place(m) > 0.9) { set label m mark_text[m] at graph 1.01, graph 1 right offset 0,0.6 } \
		else { set label m mark_text[m] at mark_at[m], graph 1 center offset 0,0.6 }; \
		set label m noenhanced font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb soft } }"
linear_axis = "unset logscale y; set yrange [panel_min[p]:panel_max[p]]; set ytics nomirror out noenhanced font tic_font autofreq; \
	set format y '%g'; unset mytics"

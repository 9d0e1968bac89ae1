// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gnuplot file of a plot, and gnuplot. The file holds only what differs from plot to plot;
 * how it is drawn stands in plots/. Texts go in single quotes, where gnuplot substitutes nothing,
 * so a machine's name cannot become a command. A picture is drawn aside and renamed, and after a
 * signal that asks to stop, no further one is begun.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/plot.h"
#include "bench/session.h"

/* Every other .gp is beside it. */
#define LANDMARK "common.gp"
/* In a build outside the tree: one line, the directory of the scripts. */
#define SIGNPOST "source.path"

static bool scripts_there(const char *path)
{
	char file[PATH_MAX];

	if (snprintf(file, sizeof(file), "%s/" LANDMARK, path) >= (int)sizeof(file))
		return false;
	return !access(file, R_OK);
}

/* Follows the signpost in directory @near. */
static bool scripts_posted(const char *near, char path[PATH_MAX])
{
	char file[PATH_MAX];
	bool found = false;
	FILE *f;

	if (snprintf(file, sizeof(file), "%s/" SIGNPOST, near) >= (int)sizeof(file))
		return false;
	f = fopen(file, "re");
	if (!f)
		return false;
	if (fgets(path, PATH_MAX, f)) {
		path[strcspn(path, "\n")] = '\0';
		found = scripts_there(path);
	}
	fclose(f);
	return found;
}

int amk_scripts_find(char path[PATH_MAX])
{
	static const char *const beside[] = { "../plots", "../share/allocmark/plots" };
	char program[PATH_MAX], near[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	size_t i;

	program[len > 0 ? len : 0] = '\0';
	if (strrchr(program, '/'))
		*strrchr(program, '/') = '\0';
	for (i = 0; i < AMK_ARRAY_SIZE(beside); i++) {
		if (snprintf(near, sizeof(near), "%s/%s", program, beside[i]) >= (int)sizeof(near))
			continue;
		if (realpath(near, path) && scripts_there(path))
			return 0;
		if (scripts_posted(near, path))
			return 0;
	}
	snprintf(path, PATH_MAX, "%s/plots", AMK_PKGDATADIR);
	return scripts_there(path) ? 0 : -ENOENT;
}

/* A quote is doubled, and a control character, which could end the line, replaced. */
static void quoted(FILE *f, const char *text)
{
	fputc('\'', f);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', f);
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, f);
	}
	fputc('\'', f);
}

void amk_script_text(struct amk_script *script, const char *key, const char *value)
{
	fprintf(script->file, "%s = ", key);
	quoted(script->file, value);
	fputc('\n', script->file);
}

/* Text for where gnuplot reads marks such as a_{b}: each special character is escaped. */
static void text_enhanced(struct amk_script *script, const char *key, const char *value)
{
	char text[2 * AMK_PLOT_TEXT_LEN];
	size_t len = 0;

	for (; *value && len + 3 < sizeof(text); value++) {
		if (strchr("_^{}@&~\\", *value))
			text[len++] = '\\';
		text[len++] = *value;
	}
	text[len] = '\0';
	amk_script_text(script, key, text);
}

void amk_script_item(struct amk_script *script, const char *key, size_t index, const char *value)
{
	fprintf(script->file, "%s[%zu] = ", key, index + 1);
	quoted(script->file, value);
	fputc('\n', script->file);
}

void amk_script_texts(struct amk_script *script, const char *key, const char *const *value,
		      size_t nr)
{
	size_t i;

	fprintf(script->file, "array %s[%zu]\n", key, nr ? nr : 1);
	for (i = 0; i < nr; i++)
		amk_script_item(script, key, i, value[i]);
}

void amk_script_numbers(struct amk_script *script, const char *key, const double *value, size_t nr)
{
	size_t i;

	fprintf(script->file, "array %s[%zu]\n", key, nr ? nr : 1);
	for (i = 0; i < nr; i++)
		fprintf(script->file, "%s[%zu] = %.17g\n", key, i + 1, value[i]);
}

/* Adds @bytes to the marks unless it is there or unknown. */
static size_t mark_add(double *at, size_t nr, u64 bytes)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (at[i] == (double)bytes)
			return nr;
	if (bytes)
		at[nr++] = (double)bytes;
	return nr;
}

void amk_script_marks(struct amk_script *script)
{
	const struct amk_plot *plot = script->plot;
	double at[8];
	const char *text[8];
	size_t i, pages, nr = 0;

	for (i = 0; i < plot->nr_runs && nr < 4; i++)
		nr = mark_add(at, nr, plot->run[i].data.page_bytes);
	pages = nr;
	for (i = 0; i < plot->nr_runs && nr < 8; i++)
		nr = mark_add(at, nr, plot->run[i].data.kmalloc_max_bytes);
	for (i = 0; i < nr; i++)
		text[i] = i < pages ? "page" : "kmalloc limit";
	fprintf(script->file, "nr_marks = %zu\n", nr);
	amk_script_numbers(script, "mark_at", at, nr);
	amk_script_texts(script, "mark_text", text, nr);
}

int amk_script_begin(struct amk_script *script, struct amk_plot *plot, const char *name,
		     const char *title, const char *footer, bool timed)
{
	char file[NAME_MAX], signature[AMK_PLOT_TEXT_LEN] = "allocmark";

	memset(script, 0, sizeof(*script));
	script->plot = plot;
	script->name = name;
	script->title = title;
	script->file = open_memstream(&script->text, &script->len);
	if (!script->file)
		return -ENOMEM;
	if (plot->nr_runs == 1)
		snprintf(signature, sizeof(signature), "allocmark run %s", plot->run[0].name);
	fprintf(script->file, "# Drawn by allocmark. To draw it again, here: gnuplot -d %s.gp\n",
		name);
	amk_script_text(script, "scripts", plot->scripts_dir);
	amk_script_text(script, "name", name);
	text_enhanced(script, "title_enhanced", title);
	amk_script_text(script, "source", plot->source[timed]);
	amk_script_text(script, "caution", plot->caution[timed]);
	amk_script_text(script, "footer", footer);
	amk_script_text(script, "signature", signature);
	snprintf(file, sizeof(file), "%s.tsv", name);
	amk_script_text(script, "data", file);
	return 0;
}

/*
 * Runs gnuplot on @file in the data directory. 0, -ENOENT without gnuplot, -EIO if it failed,
 * -EINTR after a signal that asks to stop.
 */
static int gnuplot_run(const struct amk_plot *plot, const char *file)
{
	/* -d: no settings of the user's own. */
	char *argv[] = { "gnuplot", "-d", (char *)file, NULL };
	posix_spawn_file_actions_t actions;
	int status, ret;
	pid_t pid;

	ret = -posix_spawn_file_actions_init(&actions);
	if (ret)
		return ret;
	ret = -posix_spawn_file_actions_addchdir_np(&actions, plot->data_dir);
	if (!ret)
		ret = -posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (ret)
		return ret;
	status = amk_session_wait(pid);
	if (amk_session_stop || status < 0)
		return amk_session_stop ? -EINTR : status;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

/*
 * Whether the file open at @fd ends as a picture of @format does. gnuplot does not say when the
 * disk is full, but a picture that is cut lacks its end.
 */
static bool picture_whole(int fd, const char *format)
{
	/* The last chunk of a PNG, without its checksum; the last tag of an SVG; a PDF's mark. */
	const char *end = !strcmp(format, "png") ? "IEND" :
			  !strcmp(format, "pdf") ? "%%EOF" :
						   "</svg>";
	char tail[32];
	off_t len = lseek(fd, 0, SEEK_END);
	size_t want = len < (off_t)sizeof(tail) ? (size_t)(len > 0 ? len : 0) : sizeof(tail);

	return want && pread(fd, tail, want, len - (off_t)want) == (ssize_t)want &&
	       memmem(tail, want, end, strlen(end));
}

/* Whether the picture at @path is whole and on the disk. 0 or -errno. */
static int picture_check(const char *path, const char *format)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd))
		ret = -errno;
	else if (!picture_whole(fd, format))
		ret = -EIO;
	close(fd);
	return ret;
}

/* Moves the picture just drawn into place. */
static int picture_keep(const struct amk_plot *plot, const char *name, const char *format)
{
	char part[PATH_MAX], file[PATH_MAX];
	int ret;

	if (snprintf(part, sizeof(part), "%s/.%s.%s.part", plot->out, name, format) >=
		    (int)sizeof(part) ||
	    snprintf(file, sizeof(file), "%s/%s.%s", plot->out, name, format) >= (int)sizeof(file))
		return -ENAMETOOLONG;
	ret = picture_check(part, format);
	if (!ret && rename(part, file))
		ret = -errno;
	return ret;
}

static int picture_drop(const struct amk_plot *plot, const char *name, const char *format)
{
	char part[PATH_MAX];

	if (snprintf(part, sizeof(part), "%s/.%s.%s.part", plot->out, name, format) <
	    (int)sizeof(part))
		unlink(part);
	return 0;
}

/* Calls @each with every format; stops at the first that fails. */
static int each_format(const struct amk_plot *plot, const char *name,
		       int (*each)(const struct amk_plot *, const char *, const char *))
{
	char formats[sizeof(plot->formats)], *format, *rest = formats;
	int ret = 0;

	memcpy(formats, plot->formats, sizeof(formats));
	while (!ret && (format = strsep(&rest, " ")))
		ret = each(plot, name, format);
	return ret;
}

/* Draws what stands in the file just written. */
static int draw(struct amk_plot *plot, const char *name, const char *title, const char *file)
{
	int ret = amk_session_stopped();

	if (ret || plot->no_gnuplot)
		return ret;
	ret = gnuplot_run(plot, file);
	if (ret == -ENOENT) {
		plot->no_gnuplot = true;
		return 0;
	}
	if (!ret)
		ret = each_format(plot, name, picture_keep);
	if (ret) {
		each_format(plot, name, picture_drop);
		if (amk_session_stop)
			return amk_session_stopped();
		amk_fail("plot: %s: not drawn (%s): is the disk full? If not, see what gnuplot "
			 "-d %s says in %s",
			 name, strerror(-ret), file, plot->data_dir);
		return ret;
	}
	plot->nr_drawn++;
	if (plot->drawn)
		plot->drawn(plot->drawn_arg, name, title);
	return 0;
}

int amk_script_draw(struct amk_script *script, const char *template)
{
	struct amk_plot *plot = script->plot;
	char file[NAME_MAX];
	int ret;

	fprintf(script->file, "do for [format in '%s'] { load scripts.'/%s' }\n", plot->formats,
		template);
	ret = ferror(script->file) || fclose(script->file) ? -ENOMEM : 0;
	script->file = NULL;
	snprintf(file, sizeof(file), "%s.gp", script->name);
	if (!ret)
		ret = amk_file_replace(plot->data_dir, file, script->text, script->len);
	if (ret)
		amk_fail("plot: %s/%s: %s: choose another place with %s", plot->data_dir, file,
			 strerror(-ret), plot->place);
	else
		ret = draw(plot, script->name, script->title, file);
	free(script->text);
	script->text = NULL;
	return ret;
}

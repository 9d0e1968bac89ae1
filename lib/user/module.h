/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Client of the kernel half: /dev/allocmark.
 *
 * The module makes a fresh context for each block, so one open device serves a whole run. Every
 * failure comes with one line of text that says what to do about it.
 */
#ifndef AMK_MODULE_H
#define AMK_MODULE_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

#define AMK_MODULE_PATH "/dev/" AMK_DEVICE_NAME
#define AMK_MODULE_ERROR_LEN 512

struct amk_module {
	int fd;
	struct amk_info info; /* as the module gave it when opened */
};

/*
 * Opens the device and makes sure that it speaks this program's ABI. 0, or -errno with a one-line
 * text in @error: -ENOENT no module, -EACCES/-EPERM no right, -EBUSY another run holds it, -EPROTO
 * another version. On success the caller closes with amk_module_close().
 */
int amk_module_open(struct amk_module *module, char error[AMK_MODULE_ERROR_LEN]);

/* Asks anew: mem_max moves with free memory. 0 or -errno; -EPROTO: another version. */
int amk_module_info(const struct amk_module *module, struct amk_info *info);

/*
 * Runs one block in the calling thread. 0 when @res is filled, else -errno (-EINTR: stopped by a
 * signal, -EPROTO: the answer is not of this version); @res then holds AMK_STATUS_NONE.
 */
int amk_module_run(const struct amk_module *module, const struct amk_request *req,
		   struct amk_result *res);

/*
 * Has the module hold what @hold asks for, and no longer than the device is open; @hold then says
 * what came of it. 0 or -errno: -EINTR: stopped by a signal, with a part of it held.
 */
int amk_module_hold(const struct amk_module *module, struct amk_hold *hold);

/* Closes the device; the module frees what it still holds. */
void amk_module_close(struct amk_module *module);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Client of /dev/allocmark: see module.h.
 *
 * The size of a struct is part of its ioctl's number, so a module of another version most often
 * answers ENOTTY; one that answers is asked for its version.
 */
#include "lib/user/module.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int fail(char *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(char *error, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, AMK_MODULE_ERROR_LEN, format, args);
	va_end(args);
	return code;
}

static int open_failed(int code, char *error)
{
	switch (code) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return fail(error, -ENOENT,
			    "no " AMK_MODULE_PATH
			    ": load the module (insmod allocmark.ko), or measure in a guest "
			    "(run-bench.sh --where=guest)");
	case EACCES:
	case EPERM:
		return fail(error, -code,
			    AMK_MODULE_PATH
			    ": not allowed: the kernel side needs root (CAP_SYS_ADMIN)");
	case EBUSY:
		return fail(error, -code,
			    AMK_MODULE_PATH ": in use by another run: wait for it or stop it");
	default:
		return fail(error, -code, AMK_MODULE_PATH ": cannot be opened: %s", strerror(code));
	}
}

int amk_module_info(const struct amk_module *module, struct amk_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size_of = sizeof(*info);
	info->version = AMK_ABI_VERSION;
	if (ioctl(module->fd, AMK_IOC_INFO, info))
		return errno == ENOTTY || errno == EPROTO || errno == EINVAL ? -EPROTO : -errno;
	if (info->size_of != sizeof(*info) || info->version != AMK_ABI_VERSION)
		return -EPROTO;
	return 0;
}

static int info_failed(const struct amk_info *info, int code, char *error)
{
	if (code != -EPROTO)
		return fail(error, code, AMK_MODULE_PATH ": does not answer: %s", strerror(-code));
	if (info->version && info->version != AMK_ABI_VERSION)
		return fail(error, code,
			    AMK_MODULE_PATH ": the module speaks version %u, this program "
					    "version %u: unload it, build and load the module anew",
			    info->version, AMK_ABI_VERSION);
	return fail(error, code,
		    AMK_MODULE_PATH ": the module is of another version than this program: "
				    "unload it, build and load the module anew");
}

int amk_module_open(struct amk_module *module, char error[AMK_MODULE_ERROR_LEN])
{
	int code;

	error[0] = '\0';
	module->fd = open(AMK_MODULE_PATH, O_RDWR | O_CLOEXEC);
	if (module->fd < 0)
		return open_failed(errno, error);
	code = amk_module_info(module, &module->info);
	if (!code)
		return 0;
	info_failed(&module->info, code, error);
	amk_module_close(module);
	return code;
}

int amk_module_run(const struct amk_module *module, const struct amk_request *req,
		   struct amk_result *res)
{
	struct amk_run run = { .request = *req, .result_addr = (u64)(unsigned long)res };
	int error = 0;

	memset(res, 0, sizeof(*res));
	if (ioctl(module->fd, AMK_IOC_RUN, &run))
		error = errno == ENOTTY ? -EPROTO : -errno;
	else if (res->size_of != sizeof(*res) || res->version != AMK_ABI_VERSION)
		error = -EPROTO;
	if (error)
		memset(res, 0, sizeof(*res));
	return error;
}

int amk_module_hold(const struct amk_module *module, struct amk_hold *hold)
{
	hold->size_of = sizeof(*hold);
	hold->version = AMK_ABI_VERSION;
	if (ioctl(module->fd, AMK_IOC_HOLD, hold))
		return errno == ENOTTY ? -EPROTO : -errno;
	return 0;
}

void amk_module_close(struct amk_module *module)
{
	if (module->fd >= 0)
		close(module->fd);
	module->fd = -1;
}

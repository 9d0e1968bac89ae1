// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of what a block ended in.
 */
#include "lib/user/records.h"

static const char *const status_names[] = {
	[AMK_STATUS_NONE] = "none",
	[AMK_STATUS_OK] = "ok",
	[AMK_STATUS_REFUSED] = "refused",
	[AMK_STATUS_SKIP] = "skip",
	[AMK_STATUS_SETUP_FAILED] = "setup-failed",
	[AMK_STATUS_MEASURE_FAILED] = "measure-failed",
};

static const char *const reason_texts[] = {
#define AMK_REASON(id, text) [AMK_REASON_##id] = text,
#include "lib/core/reason.def"
#undef AMK_REASON
};

const char *amk_status_name(u32 status)
{
	return status < AMK_ARRAY_SIZE(status_names) ? status_names[status] : "unknown";
}

int amk_status_find(const char *name)
{
	u32 i;

	for (i = 0; i < AMK_ARRAY_SIZE(status_names); i++)
		if (!strcmp(status_names[i], name))
			return (int)i;
	return -1;
}

const char *amk_reason_text(u32 reason, char buffer[32])
{
	if (reason < AMK_ARRAY_SIZE(reason_texts))
		return reason_texts[reason];
	snprintf(buffer, 32, "reason %u", reason);
	return buffer;
}

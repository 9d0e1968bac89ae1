// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state of the machine as the kernel's files tell it: see environment.h. The table says what is
 * read; files that a kernel does not have are left out, so that two kernels differ visibly.
 */
#include "lib/user/environment.h"

#include <dirent.h>
#include <glob.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/user/elf_file.h"
#include "lib/user/hypervisor.h"
#include "lib/user/text.h"
#include "lib/user/tlb_geometry.h"

struct source {
	enum amk_fact_group group;
	const char *key;
	const char *path;
};

#define MM "/sys/kernel/mm/"
#define CPU "/sys/devices/system/cpu/"
#define VM "/proc/sys/vm/"

static const struct source sources[] = {
	{ AMK_FACT_COMPARABILITY, "kernel.cmdline", "/proc/cmdline" },
	{ AMK_FACT_COMPARABILITY, "kernel.clocksource",
	  "/sys/devices/system/clocksource/clocksource0/current_clocksource" },
	{ AMK_FACT_COMPARABILITY, "cpu.microcode", CPU "cpu0/microcode/version" },
	{ AMK_FACT_COMPARABILITY, "cpu.smt", CPU "smt/control" },
	{ AMK_FACT_COMPARABILITY, "cpu.governor", CPU "cpu0/cpufreq/scaling_governor" },
	{ AMK_FACT_COMPARABILITY, "cpu.freq_driver", CPU "cpu0/cpufreq/scaling_driver" },
	{ AMK_FACT_COMPARABILITY, "cpu.no_turbo", CPU "intel_pstate/no_turbo" },
	{ AMK_FACT_COMPARABILITY, "cpu.boost", CPU "cpufreq/boost" },
	{ AMK_FACT_COMPARABILITY, "thp.enabled", MM "transparent_hugepage/enabled" },
	{ AMK_FACT_COMPARABILITY, "thp.defrag", MM "transparent_hugepage/defrag" },
	{ AMK_FACT_COMPARABILITY, "thp.shmem", MM "transparent_hugepage/shmem_enabled" },
	{ AMK_FACT_COMPARABILITY, "hugetlb.2m", MM "hugepages/hugepages-2048kB/nr_hugepages" },
	{ AMK_FACT_COMPARABILITY, "hugetlb.1g", MM "hugepages/hugepages-1048576kB/nr_hugepages" },
	{ AMK_FACT_COMPARABILITY, "ksm.run", MM "ksm/run" },
	{ AMK_FACT_COMPARABILITY, "vm.overcommit_memory", VM "overcommit_memory" },
	{ AMK_FACT_COMPARABILITY, "vm.swappiness", VM "swappiness" },
	{ AMK_FACT_COMPARABILITY, "vm.zone_reclaim_mode", VM "zone_reclaim_mode" },
	{ AMK_FACT_COMPARABILITY, "vm.compaction_proactiveness", VM "compaction_proactiveness" },
	{ AMK_FACT_COMPARABILITY, "numa.balancing", "/proc/sys/kernel/numa_balancing" },
	{ AMK_FACT_COMPARABILITY, "kernel.randomize_va_space",
	  "/proc/sys/kernel/randomize_va_space" },
	{ AMK_FACT_STATE, "loadavg", "/proc/loadavg" },
	{ AMK_FACT_STATE, "uptime", "/proc/uptime" },
	{ AMK_FACT_STATE, "buddyinfo", "/proc/buddyinfo" },
	{ AMK_FACT_STATE, "unusable_index", "/sys/kernel/debug/extfrag/unusable_index" },
	{ AMK_FACT_STATE, "pressure.memory", "/proc/pressure/memory" },
	{ AMK_FACT_STATE, "cgroup", "/proc/self/cgroup" },
	{ AMK_FACT_STATE, "cpu.freq_khz", CPU "cpu0/cpufreq/scaling_cur_freq" },
};

/* What decides how much broken-up memory gives; of no matter where memory is taken as it is. */
static const struct source limits[] = {
	{ AMK_FACT_COMPARABILITY, "state.hugetlb_2m_overcommit",
	  MM "hugepages/hugepages-2048kB/nr_overcommit_hugepages" },
	{ AMK_FACT_COMPARABILITY, "state.min_free_kbytes", VM "min_free_kbytes" },
};

/* The lines of /proc/meminfo and /proc/vmstat that say how full and how broken up memory is. */
static const char *const meminfo_keys[] = { "MemFree",	    "MemAvailable",  "Cached",
					    "SwapTotal",    "SwapFree",	     "Slab",
					    "SReclaimable", "AnonHugePages", "HugePages_Free" };
static const char *const vmstat_keys[] = { "allocstall_dma32",
					   "allocstall_normal",
					   "allocstall_movable",
					   "compact_stall",
					   "compact_fail",
					   "compact_success",
					   "compact_migrate_scanned",
					   "compact_free_scanned",
					   "pgmigrate_success",
					   "pgmigrate_fail",
					   "pgsteal_kswapd",
					   "pgsteal_direct",
					   "thp_fault_alloc",
					   "thp_fault_fallback",
					   "oom_kill",
					   "pgmajfault" };

/* Environment variables that change the allocator of every process started by the run. */
static const char *const variables[] = { "GLIBC_TUNABLES",	   "LD_PRELOAD",
					 "MALLOC_ARENA_MAX",	   "MALLOC_MMAP_THRESHOLD_",
					 "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_",
					 "MALLOC_PERTURB_",	   "MALLOC_CHECK_" };

static void sources_read(struct amk_facts *facts, bool state)
{
	char text[AMK_TEXT_LEN];
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(sources); i++)
		if ((sources[i].group == AMK_FACT_STATE) == state &&
		    amk_text_read(sources[i].path, text, sizeof(text)) > 0)
			amk_facts_add(facts, sources[i].group, sources[i].key, text);
}

void amk_environment_limits(struct amk_facts *facts)
{
	char text[AMK_TEXT_LEN];
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(limits); i++)
		if (amk_text_read(limits[i].path, text, sizeof(text)) > 0)
			amk_facts_add(facts, limits[i].group, limits[i].key, text);
}

/* One hash over a file: tells two files apart, and is no proof against a forger. */
static bool hash_file(const char *path, char hex[17])
{
	u64 hash = 0xcbf29ce484222325ULL; /* FNV-1a */
	FILE *file = fopen(path, "re");
	int c;

	if (!file)
		return false;
	while ((c = getc_unlocked(file)) != EOF)
		hash = (hash ^ (u64)c) * 0x100000001b3ULL;
	fclose(file);
	snprintf(hex, 17, "%016llx", (unsigned long long)hash);
	return true;
}

static void config_read(struct amk_facts *facts, const char *release)
{
	char path[300], hex[17];

	snprintf(path, sizeof(path), "/boot/config-%s", release);
	if (hash_file(path, hex) || hash_file("/proc/config.gz", hex))
		amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "kernel.config", "fnv1a:%s", hex);
}

/* The build id of the running kernel stands in its ELF notes: it names the very binary. */
static void build_id_read(struct amk_facts *facts)
{
	char text[AMK_TEXT_LEN], hex[AMK_BUILD_ID_LEN];
	ssize_t len = amk_text_read("/sys/kernel/notes", text, sizeof(text));

	if (len > 0 && amk_elf_note_build_id(text, (size_t)len, hex))
		amk_facts_add(facts, AMK_FACT_COMPARABILITY, "kernel.build_id", hex);
}

static void kernel_read(struct amk_facts *facts)
{
	struct utsname u;

	if (uname(&u))
		return;
	amk_facts_add(facts, AMK_FACT_COMPARABILITY, "kernel.release", u.release);
	amk_facts_add(facts, AMK_FACT_COMPARABILITY, "kernel.version", u.version);
	amk_facts_add(facts, AMK_FACT_MACHINE, "architecture", u.machine);
	config_read(facts, u.release);
	build_id_read(facts);
}

static void mitigations_read(struct amk_facts *facts)
{
	char key[300], text[AMK_TEXT_LEN];
	glob_t found;
	size_t i;

	if (glob(CPU "vulnerabilities/*", 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];

		snprintf(key, sizeof(key), "mitigation.%s", strrchr(path, '/') + 1);
		if (amk_text_read(path, text, sizeof(text)) > 0)
			amk_facts_add(facts, AMK_FACT_COMPARABILITY, key, text);
	}
	globfree(&found);
}

/* Caches that the slab merged show as symbolic links to the one that took them in. */
static void slab_read(struct amk_facts *facts)
{
	DIR *dir = opendir("/sys/kernel/slab");
	struct dirent *entry;
	bool merged = false, any = false;

	if (!dir)
		return;
	while ((entry = readdir(dir)) != NULL) {
		merged = merged || entry->d_type == DT_LNK;
		any = any || entry->d_name[0] != '.';
	}
	closedir(dir);
	if (any)
		amk_facts_add(facts, AMK_FACT_COMPARABILITY, "slab.merging", merged ? "on" : "off");
}

static void memcg_read(struct amk_facts *facts)
{
	char text[AMK_TEXT_LEN], path[AMK_TEXT_LEN + 64];
	char *line;

	if (amk_text_read("/proc/self/cgroup", text, sizeof(text)) <= 0)
		return;
	line = strstr(text, "0::");
	if (!line)
		return;
	line[strcspn(line, "\n")] = '\0';
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/memory.max", line + 3);
	if (amk_text_read(path, text, sizeof(text)) > 0)
		amk_facts_add(facts, AMK_FACT_COMPARABILITY, "memcg.max", text);
}

static void libc_read(struct amk_facts *facts)
{
	char key[64];
	size_t i;

	amk_facts_add(facts, AMK_FACT_COMPARABILITY, "libc.version", gnu_get_libc_version());
	for (i = 0; i < AMK_ARRAY_SIZE(variables); i++) {
		const char *value = getenv(variables[i]);

		if (!value)
			continue;
		snprintf(key, sizeof(key), "env.%s", variables[i]);
		amk_facts_add(facts, AMK_FACT_COMPARABILITY, key, value);
	}
}

/* Whether memory is zeroed on allocation is known to the kernel half alone. */
static void info_read(struct amk_facts *facts, const struct amk_info *info)
{
	amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "init_on_alloc", "%u", info->init_on_alloc);
	amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "init_on_free", "%u", info->init_on_free);
	amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "preempt_rt", "%u", info->preempt_rt);
	amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "kmalloc_max_bytes", "%llu",
		       (unsigned long long)info->kmalloc_max);
}

/* As the processor that this runs on tells it; nothing where it does not tell. */
static void tlb_read(struct amk_facts *facts)
{
	struct amk_cpuid answer[AMK_CPUID_MAX];
	char text[AMK_TLB_TEXT_LEN];
	struct amk_tlb tlb;

	if (amk_tlb_decode(answer, amk_cpuid_read(answer), &tlb))
		return;
	amk_tlb_text(&tlb, text);
	amk_facts_add(facts, AMK_FACT_MACHINE, "tlb", text);
}

/*
 * What a machine calls itself that is a virtual one; NULL: it looks like hardware. Where the
 * processor does not tell, the firmware's names do.
 */
static const char *virtual_vendor(const char *text)
{
	static const char *const vendors[][2] = {
		{ "QEMU", "QEMU" },
		{ "KVM", "KVM" },
		{ "Amazon EC2", "Amazon EC2" },
		{ "Google Compute", "Google Compute Engine" },
		{ "Virtual Machine", "Hyper-V" },
		{ "VMware", "VMware" },
		{ "VirtualBox", "VirtualBox" },
		{ "Xen", "Xen" },
		{ "Parallels", "Parallels" },
		{ "OpenStack", "OpenStack" },
		{ "BHYVE", "bhyve" },
	};
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(vendors); i++)
		if (strstr(text, vendors[i][0]))
			return vendors[i][1];
	return NULL;
}

const char *amk_environment_virtual(const char *signature, const char *dmi)
{
	static const char *const names[][2] = {
		{ "KVMKVMKVM", "KVM" },		 { "Microsoft Hv", "Hyper-V" },
		{ "VMwareVMware", "VMware" },	 { "XenVMMXenVMM", "Xen" },
		{ "TCGTCGTCGTCG", "QEMU" },	 { "bhyve bhyve ", "bhyve" },
		{ "prl hyperv  ", "Parallels" },
	};
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(names); i++)
		if (!strcmp(signature, names[i][0]))
			return names[i][1];
	return signature[0] ? signature : virtual_vendor(dmi);
}

/*
 * A machine that is nobody's guest of ours may be another's: its times have neighbours in them. The
 * emulator has a name as an environment already.
 */
static void virtual_read(struct amk_facts *facts)
{
	static const char *const files[] = { "sys_vendor", "product_name", "bios_vendor" };
	char dmi[3 * AMK_TEXT_LEN] = "", path[64], text[AMK_TEXT_LEN],
		     signature[AMK_HYPERVISOR_LEN];
	const char *name;
	size_t i;

	amk_hypervisor_read(signature);
	if (strcmp(amk_environment_guess(), "host"))
		return;
	for (i = 0; i < AMK_ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "/sys/class/dmi/id/%s", files[i]);
		if (amk_text_read(path, text, sizeof(text)) > 0)
			strcat(dmi, text);
	}
	name = amk_environment_virtual(signature, dmi);
	if (name)
		amk_facts_add(facts, AMK_FACT_MACHINE, "hypervisor", name);
}

void amk_environment_read(struct amk_facts *facts, const struct amk_info *info)
{
	char hypervisor[AMK_HYPERVISOR_LEN];

	kernel_read(facts);
	tlb_read(facts);
	virtual_read(facts);
	sources_read(facts, false);
	mitigations_read(facts);
	slab_read(facts);
	memcg_read(facts);
	libc_read(facts);
	if (info)
		info_read(facts, info);
	amk_hypervisor_read(hypervisor);
	amk_facts_add(facts, AMK_FACT_COMPARABILITY, "hypervisor",
		      hypervisor[0] ? hypervisor : "none seen");
}

/* Adds the lines of @path that begin with one of @keys, as state. */
static void lines_read(struct amk_facts *facts, const char *path, const char *const *keys, size_t n)
{
	char line[256];
	FILE *file = fopen(path, "re");
	size_t i, len;

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		len = strcspn(line, ": \n");
		for (i = 0; i < n; i++) {
			if (strlen(keys[i]) != len || strncmp(line, keys[i], len))
				continue;
			amk_facts_add(facts, AMK_FACT_STATE, keys[i],
				      line + len + strspn(line + len, ": "));
		}
	}
	fclose(file);
}

void amk_environment_state(struct amk_facts *facts)
{
	sources_read(facts, true);
	lines_read(facts, "/proc/meminfo", meminfo_keys, AMK_ARRAY_SIZE(meminfo_keys));
	lines_read(facts, "/proc/vmstat", vmstat_keys, AMK_ARRAY_SIZE(vmstat_keys));
}

const char *amk_environment_guess(void)
{
	char hypervisor[AMK_HYPERVISOR_LEN];

	amk_hypervisor_read(hypervisor);
	if (!strcmp(hypervisor, AMK_HYPERVISOR_TCG))
		return "guest-tcg";
	return "host";
}

const char *const amk_environment_names[AMK_NR_ENVIRONMENTS] = { "host", "guest-kvm", "guest-tcg",
								 "guest-icount" };

bool amk_environment_known(const char *name)
{
	u32 i;

	for (i = 0; i < AMK_NR_ENVIRONMENTS; i++)
		if (!strcmp(amk_environment_names[i], name))
			return true;
	return false;
}

dnl SPDX-License-Identifier: GPL-2.0-only
dnl
dnl AMK_KERNEL_DIR: the kernel build directory that `make kmod` uses when none is given there.
dnl What a kernel offers is probed when the module is built, not here, so that one configured
dnl tree builds the module for every kernel.
AC_DEFUN([AMK_KERNEL_DIR], [
	AC_ARG_ENABLE([kmod],
		[AS_HELP_STRING([--disable-kmod], [do not build the kernel half with `make'])],
		[], [enable_kmod=auto])
	AC_ARG_WITH([kernel],
		[AS_HELP_STRING([--with-kernel=DIR],
			[kernel build directory (headers) for the module @<:@/lib/modules/`uname -r`/build@:>@])],
		[], [with_kernel=auto])
	AMK_KDIR=
	amk_release=`uname -r`
	AS_CASE([$with_kernel],
		[no], [enable_kmod=no],
		[yes], [AC_MSG_ERROR([--with-kernel needs a directory: --with-kernel=/usr/src/linux-headers-RELEASE])],
		[auto], [amk_kdir=/lib/modules/$amk_release/build
			 AS_IF([test -f "$amk_kdir/Makefile"], [AMK_KDIR=$amk_kdir])],
		[AS_IF([test -f "$with_kernel/Makefile"],
			[AMK_KDIR=`cd "$with_kernel" && pwd`],
			[AC_MSG_ERROR([--with-kernel=$with_kernel has no Makefile: name the headers of a kernel, as in /usr/src/linux-headers-RELEASE])])])
	AS_IF([test "x$enable_kmod" = xno],
		[amk_kernel_summary="not built (--disable-kmod)"; amk_build_kmod=no],
	      [test -n "$AMK_KDIR"],
		[amk_kernel_summary="for $AMK_KDIR"; amk_build_kmod=yes],
	      [test "x$enable_kmod" = xyes],
		[AC_MSG_ERROR([--enable-kmod, but no headers of the running kernel: apt-get install linux-headers-$amk_release, or give --with-kernel=DIR])],
		[amk_kernel_summary="not built by make (no headers of $amk_release: make kmod KDIR=DIR)"; amk_build_kmod=no])
	AC_SUBST([AMK_KDIR])
	AM_CONDITIONAL([BUILD_KMOD], [test "$amk_build_kmod" = yes])
])

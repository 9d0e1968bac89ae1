dnl SPDX-License-Identifier: GPL-2.0-only
dnl
dnl Libraries: one that must be there ends configure with the name of its Debian package in one
dnl line; one that is optional sets a conditional and a line of the summary.

dnl AMK_REQUIRE_PKG(NAME, MODULE-SPEC, DEBIAN-PACKAGE)
AC_DEFUN([AMK_REQUIRE_PKG], [
	PKG_CHECK_MODULES([$1], [$2], [],
		[AC_MSG_ERROR([$2 was not found: apt-get install $3])])
	amk_version_$1=`$PKG_CONFIG --modversion m4_bpatsubst([$2], [ .*], [])`
])

dnl AMK_OPTIONAL_PKG(NAME, MODULE-SPEC, PURPOSE)
AC_DEFUN([AMK_OPTIONAL_PKG], [
	amk_have_$1="no (no m4_bpatsubst([$2], [ .*], []))"
	PKG_CHECK_MODULES([$1], [$2], [
		amk_have_$1="m4_bpatsubst([$2], [ .*], []) `$PKG_CONFIG --modversion m4_bpatsubst([$2], [ .*], [])`"
		AC_DEFINE([HAVE_$1], [1], [Define to 1 for $3.])
		amk_cond=yes], [amk_cond=no])
	AM_CONDITIONAL([HAVE_$1], [test "$amk_cond" = yes])
])

dnl AMK_REQUIRE_NUMA: libnuma by pkg-config, or by header and library where numa.pc is missing
dnl (libnuma before 2.0.14 has none).
AC_DEFUN([AMK_REQUIRE_NUMA], [
	PKG_CHECK_MODULES([NUMA], [numa],
		[amk_version_NUMA=`$PKG_CONFIG --modversion numa`],
		[AC_CHECK_HEADER([numa.h], [], [AC_MSG_ERROR([libnuma was not found: apt-get install libnuma-dev])])
		 AC_CHECK_LIB([numa], [numa_available], [],
			[AC_MSG_ERROR([libnuma was not found: apt-get install libnuma-dev])], [])
		 LIBS=`AS_ECHO(["$LIBS"]) | $SED 's/-lnuma *//'`
		 NUMA_CFLAGS= NUMA_LIBS=-lnuma amk_version_NUMA="(no numa.pc)"
		 AC_SUBST([NUMA_CFLAGS])
		 AC_SUBST([NUMA_LIBS])])
])

dnl AMK_OPTIONAL_LIB(NAME, HEADER, LIBRARY, FUNCTION, DEBIAN-PACKAGE): one that has no .pc file.
AC_DEFUN([AMK_OPTIONAL_LIB], [
	amk_have_$1="no (apt-get install $5)"
	$1_LIBS=
	AC_CHECK_HEADER([$2], [AC_CHECK_LIB([$3], [$4], [
		amk_have_$1="lib$3"
		$1_LIBS=-l$3
		AC_DEFINE([HAVE_$1], [1], [Define to 1 if there is lib$3.])], [])])
	AC_SUBST([$1_LIBS])
])

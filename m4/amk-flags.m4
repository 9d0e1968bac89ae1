dnl SPDX-License-Identifier: GPL-2.0-only
dnl
dnl Compiler flags that are used only where the compiler has them. -Werror while asking: clang
dnl only warns about a flag that it does not know, and would then warn in every file.

dnl AMK_APPEND_CFLAG(VARIABLE, FLAG): append FLAG (a shell word) to VARIABLE if the compiler takes it.
AC_DEFUN([AMK_APPEND_CFLAG], [
	amk_flag="$2"
	AS_VAR_PUSHDEF([amk_cached], [amk_cv_cflag_$amk_flag])
	AC_CACHE_CHECK([whether $CC takes $amk_flag], [amk_cached], [
		amk_saved_cflags=$CFLAGS
		CFLAGS="$CFLAGS -Werror $amk_flag"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
			[AS_VAR_SET([amk_cached], [yes])], [AS_VAR_SET([amk_cached], [no])])
		CFLAGS=$amk_saved_cflags
	])
	AS_VAR_IF([amk_cached], [yes], [$1="${$1:+$$1 }$amk_flag"])
	AS_VAR_POPDEF([amk_cached])
])

dnl AMK_SANITIZERS(yes|no): compile and link the programs with ASan and UBSan, every finding fatal.
AC_DEFUN([AMK_SANITIZERS], [
	AMK_SANITIZE=
	AS_IF([test "x$1" = xyes], [
		AMK_SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
		amk_saved_cflags=$CFLAGS
		CFLAGS="$CFLAGS $AMK_SANITIZE"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [],
			[AC_MSG_ERROR([$CC cannot link with ASan and UBSan: leave out --enable-sanitizers, or use gcc or clang with libasan and libubsan])])
		CFLAGS=$amk_saved_cflags
	])
	AC_SUBST([AMK_SANITIZE])
	AM_CONDITIONAL([SANITIZERS], [test "x$1" = xyes])
])

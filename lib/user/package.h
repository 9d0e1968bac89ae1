/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which package of the distribution a file is of, where dpkg keeps the books.
 */
#ifndef AMK_PACKAGE_H
#define AMK_PACKAGE_H

#define AMK_PACKAGE_LEN 256

/*
 * Name and version of the package that the file at @path is of, such as "libjemalloc2:amd64
 * 5.3.0-1", into @text. 0; -ENOENT where no package is known to own it or there is no dpkg; else
 * -errno. The file's own path is asked for, past symbolic links, then the one without /usr before
 * it, by which a package that is older than the merge of the two may name it.
 */
int amk_package_of(const char *path, char text[AMK_PACKAGE_LEN]);

#endif

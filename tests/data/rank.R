#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes rank.txt, which tests/test_rank.c compares lib/user/rank.c with: Rscript rank.R >rank.txt.
# Needs R alone (written by R 4.2). Tests do not run it.
#
# Without ties, and for large samples, the figures are those of wilcox.test(). With ties, for which
# wilcox.test() only approximates, each way to choose the second sample is counted. A line is: kind,
# sizes, parameters, both samples, what is expected.
set.seed(20240229)
options(warn = -1)

line <- function(kind, ...) {
	cat(kind, sprintf("%.17g", c(...)), "\n")
}

p_counted <- function(x, y, margin) {
	all <- c(x + margin, y)
	rank2 <- 2 * rank(all)
	seen <- sum(rank2[length(x) + seq_along(y)])
	sums <- combn(length(all), length(y), function(i) sum(rank2[i]))
	mean(sums >= seen)
}

interval <- function(x, y, level) {
	m <- length(x)
	n <- length(y)
	test <- wilcox.test(y, x, conf.int = TRUE, conf.level = level, exact = TRUE)
	q <- max(1, qwilcox((1 - level) / 2, m, n))
	line("interval", m, n, level, x, y, test$conf.int[1:2], 1 - 2 * pwilcox(q - 1, m, n))
}

bound <- function(x, y, alpha) {
	m <- length(x)
	n <- length(y)
	low <- -Inf
	if (pwilcox(0, m, n) <= alpha)
		low <- wilcox.test(y, x, conf.int = TRUE, conf.level = 1 - alpha,
				   alternative = "greater", exact = TRUE)$conf.int[1]
	line("bound", m, n, alpha, x, y, low)
}

untied <- function(m, n, shift) {
	x <- rlnorm(m, 3, 0.1)
	y <- rlnorm(n, 3, 0.1) + shift
	line("shift", m, n, x, y, wilcox.test(y, x, conf.int = TRUE, exact = TRUE)$estimate)
	for (margin in c(0, 0.6, -1.5))
		line("p", m, n, margin, x, y,
		     wilcox.test(y, x, mu = margin, alternative = "greater", exact = TRUE)$p.value)
	for (level in c(0.8, 0.95, 0.99))
		interval(x, y, level)
	for (alpha in c(0.05, 0.01, 0.0001))
		bound(x, y, alpha)
}

tied <- function(m, n, top, margin, up) {
	x <- sample(top, m, TRUE)
	y <- sample(top, n, TRUE) + up
	line("shift", m, n, x, y, median(outer(y, x, "-")))
	line("p", m, n, margin, x, y, p_counted(x, y, margin))
}

large <- function(m, n, x, y, margin) {
	line("p", m, n, margin, x, y,
	     wilcox.test(y, x, mu = margin, alternative = "greater", exact = FALSE)$p.value)
	line("shift", m, n, x, y, median(outer(y, x, "-")))
}

for (size in list(c(1, 1), c(1, 6), c(3, 3), c(4, 3), c(4, 4), c(5, 7), c(10, 10), c(9, 12),
		  c(20, 20)))
	for (shift in c(0, 1, 6))
		untied(size[1], size[2], shift)
untied(3, 49, 1)
untied(49, 49, 1)
for (size in list(c(1, 2), c(3, 3), c(5, 4), c(6, 6), c(7, 7), c(3, 10)))
	for (top in 1:4)
		for (up in 0:2)
			tied(size[1], size[2], top, (top + up) %% 2, up)
large(50, 10, rnorm(50), rnorm(10, 0.7), 0.1)
large(12, 60, rnorm(12), rnorm(60), 0)
large(60, 55, sample(9, 60, TRUE), sample(9, 55, TRUE) + 1, 0)
large(200, 150, sample(5, 200, TRUE), sample(5, 150, TRUE), -1)
for (n in c(1, 2, 7, 40)) {
	p <- runif(n)^3
	p[sample(n, n %/% 3)] <- 0.04
	line("fdr", n, p, p.adjust(p, "BH"))
}

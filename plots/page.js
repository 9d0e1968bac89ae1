// SPDX-License-Identifier: GPL-2.0-only
//
// Sorting and filtering of the report's tables: a button in each column's head, a field for words and a
// list for each column of few values. The page is whole without it.
'use strict';

(() => {
	const text = cell => cell.textContent.trim();

	// What a cell is sorted by: a number where it has one, nothing below everything.
	const key = (cell, numeric) => {
		if (!cell)
			return numeric ? -Infinity : '';
		if (!numeric)
			return text(cell).toLowerCase();
		const value = parseFloat(cell.dataset.v ?? text(cell).replace(/^x/, ''));
		return Number.isNaN(value) ? -Infinity : value;
	};

	const sort = (table, column) => {
		const heads = table.tHead.rows[0].cells, head = heads[column], body = table.tBodies[0];
		const up = head.getAttribute('aria-sort') !== 'ascending', sign = up ? 1 : -1;
		const numeric = head.classList.contains('n');
		const rows = Array.from(body.rows, row => [key(row.cells[column], numeric), row]);

		rows.sort((a, b) => a[0] === b[0] ? 0 : a[0] < b[0] ? -sign : sign);
		body.append(...rows.map(entry => entry[1]));
		for (const other of heads)
			other.removeAttribute('aria-sort');
		head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
	};

	const heads = table => {
		Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
			const button = document.createElement('button');

			button.type = 'button';
			button.append(...head.childNodes);
			button.addEventListener('click', () => sort(table, column));
			head.append(button);
		});
	};

	const labelled = (control, words) => {
		const label = document.createElement('label');

		label.append(words, control);
		return label;
	};

	const choice = (table, column, name) => {
		const select = document.createElement('select');
		const values = new Set(Array.from(table.tBodies[0].rows, row => text(row.cells[column])));

		select.add(new Option('all', ''));
		for (const value of values)
			select.add(new Option(value, value));
		select.dataset.column = column;
		return labelled(select, name);
	};

	const filter = (table, bar, words, status) => {
		const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
		const chosen = Array.from(bar.querySelectorAll('select')).filter(select => select.value);
		let shown = 0;

		for (const row of table.tBodies[0].rows) {
			row.search ??= ' ' + Array.from(row.cells, text).join(' ').toLowerCase() + ' ';
			row.hidden = !wanted.every(word => row.search.includes(word)) ||
				!chosen.every(select => text(row.cells[select.dataset.column]) === select.value);
			shown += !row.hidden;
		}
		status.value = `${shown} of ${table.tBodies[0].rows.length} rows`;
	};

	const controls = table => {
		const bar = document.createElement('div'), words = document.createElement('input');
		const status = document.createElement('output'), reset = document.createElement('button');
		const update = () => filter(table, bar, words, status);

		bar.className = 'controls';
		bar.setAttribute('role', 'search');
		bar.setAttribute('aria-label', `Filter: ${text(table.caption)}`);
		words.type = 'search';
		bar.append(labelled(words, 'words in the row'));
		Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
			if ('choice' in head.dataset)
				bar.append(choice(table, column, text(head)));
		});
		reset.type = 'button';
		reset.textContent = 'show all';
		reset.addEventListener('click', () => {
			for (const control of bar.querySelectorAll('input, select'))
				control.value = '';
			update();
		});
		bar.append(reset, status);
		bar.addEventListener('input', update);
		status.value = `${table.tBodies[0].rows.length} rows`;
		table.parentElement.before(bar);
	};

	for (const table of document.querySelectorAll('table.handled')) {
		controls(table);
		heads(table);
	}

	// Paper cannot be unfolded.
	let folded = [];
	addEventListener('beforeprint', () => {
		folded = Array.from(document.querySelectorAll('details:not([open])'));
		for (const details of folded)
			details.open = true;
	});
	addEventListener('afterprint', () => {
		for (const details of folded)
			details.open = false;
	});
})();

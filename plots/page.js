// SPDX-License-Identifier: GPL-2.0-only
//
// Sorting and filtering of the report's tables: a button in each column's head, a field for words and a
// list for each column of few values. The page is whole without it.
//
// A large table, and each picture, stands in a <noscript>, which is text to a browser that runs scripts: so
// the page opens at once, and only those rows and pictures are made that are shown.
'use strict';

(() => {
	const AT_ONCE = 100;

	const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
	const text = element => element.textContent.trim();
	const marks = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

	// Of a row's HTML: its cells, each with its text and with what it is sorted by as a number.
	const parse = html => html.split(/<t[dh](?=[ >])/).slice(1).map(cell => {
		const words = cell.slice(cell.indexOf('>') + 1).replace(/<[^>]*>/g, ' ')
			.replace(/&\w+;/g, mark => marks[mark] ?? mark).trim();
		const value = /^[^>]* data-v="?([^">\s]+)/.exec(cell);

		return { words, value: parseFloat(value ? value[1] : words.replace(/^(x|≥)\s*/, '')) };
	});

	class Table {
		constructor(table, rows) {
			this.table = table;
			this.heads = Array.from(table.tHead.rows[0].cells);
			this.rows = rows.map(html => ({ html }));
			this.names = this.heads.map(text);
			this.all = false;
			this.controls();
			this.buttons();
			this.update();
		}

		// The cells of a row, found when they are first asked for.
		static cells(row) {
			return row.cells ??= parse(row.html);
		}

		buttons() {
			this.heads.forEach((head, column) => {
				const button = make('button', { type: 'button' });

				button.append(...head.childNodes);
				button.addEventListener('click', () => this.sort(column));
				head.append(button);
			});
		}

		sort(column) {
			const head = this.heads[column], numeric = head.classList.contains('n');
			const up = head.getAttribute('aria-sort') !== 'ascending', sign = up ? 1 : -1;
			const key = row => {
				const cell = Table.cells(row)[column];

				// What has no number comes after all that have one, whichever way they go.
				return !numeric ? cell.words.toLowerCase() : Number.isNaN(cell.value) ? sign * Infinity : cell.value;
			};
			const keyed = this.rows.map(row => [key(row), row]);

			keyed.sort((a, b) => a[0] === b[0] ? 0 : a[0] < b[0] ? -sign : sign);
			this.rows = keyed.map(entry => entry[1]);
			for (const other of this.heads)
				other.removeAttribute('aria-sort');
			head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
			this.update();
		}

		controls() {
			const label = (words, control) => {
				const element = make('label', { textContent: words });

				element.append(control);
				return element;
			};
			const bar = make('div', { className: 'controls', role: 'search' });
			const reset = make('button', { type: 'button', textContent: 'reset' });

			bar.setAttribute('aria-label', `Filter: ${text(this.table.caption)}`);
			this.words = make('input', { type: 'search' });
			this.status = make('output');
			this.more = make('button', { type: 'button', textContent: 'all of them' });
			this.choices = this.heads.flatMap((head, column) => 'choice' in head.dataset ? [this.choice(column)] : []);
			bar.append(label('words in the row', this.words));
			for (const select of this.choices)
				bar.append(label(this.names[select.dataset.column], select));
			bar.append(reset, this.status, this.more);
			reset.addEventListener('click', () => {
				for (const control of [this.words, ...this.choices])
					control.value = '';
				this.update();
			});
			this.more.addEventListener('click', () => {
				this.all = true;
				this.update();
			});
			bar.addEventListener('input', () => this.update());
			this.table.parentElement.before(bar);
		}

		choice(column) {
			const select = make('select');

			select.add(new Option('all', ''));
			select.dataset.column = column;
			return select;
		}

		// What there is to choose from takes reading every row: done when the page is there.
		fill() {
			for (const select of this.choices) {
				const values = new Set(this.rows.map(row => Table.cells(row)[select.dataset.column].words));

				for (const value of values)
					select.add(new Option(value, value));
			}
		}

		matching() {
			const wanted = this.words.value.toLowerCase().split(/\s+/).filter(Boolean);
			const chosen = this.choices.filter(select => select.value);

			if (!wanted.length && !chosen.length)
				return this.rows;
			return this.rows.filter(row => {
				const cells = Table.cells(row);

				row.search ??= cells.map(cell => cell.words).join(' ').toLowerCase();
				return wanted.every(word => row.search.includes(word)) &&
					chosen.every(select => cells[select.dataset.column].words === select.value);
			});
		}

		update(whole = this.all) {
			const rows = this.matching(), shown = whole ? rows : rows.slice(0, AT_ONCE);

			this.table.tBodies[0].innerHTML = shown.map(row => row.html).join('\n');
			this.more.hidden = shown.length === rows.length;
			this.status.value = `${rows.length} of ${this.rows.length} rows` +
				(this.more.hidden ? '' : `, the first ${shown.length} shown`);
		}
	}

	// The table that stands in @noscript, without its rows in its place: the rows.
	const unpack = noscript => {
		const [head, rows, end] = noscript.textContent.split(/<tbody>\n|<\/tbody>/);

		noscript.parentElement.innerHTML = `${head}<tbody></tbody>${end}`;
		return rows.split('\n').filter(Boolean);
	};

	const tables = [];
	for (const box of document.querySelectorAll('.handled')) {
		const noscript = box.querySelector('noscript');
		const rows = noscript ? unpack(noscript) : Array.from(box.querySelector('tbody').rows, row => row.outerHTML);

		tables.push(new Table(box.querySelector('table'), rows));
	}

	// A picture is some hundred elements: made when the reader comes within a window's height of it.
	const draw = plot => {
		plot.innerHTML = plot.querySelector('noscript').textContent;
		near.unobserve(plot);
		plots.delete(plot);
	};
	const near = new IntersectionObserver(entries => {
		for (const entry of entries)
			if (entry.isIntersecting)
				draw(entry.target);
	}, { rootMargin: '100% 0px' });
	const plots = new Set(document.querySelectorAll('.plot'));

	for (const plot of plots)
		near.observe(plot);

	addEventListener('load', () => setTimeout(() => {
		for (const table of tables)
			table.fill();
	}));

	// Paper cannot be unfolded.
	let folded = [];
	addEventListener('beforeprint', () => {
		folded = Array.from(document.querySelectorAll('details:not([open])'));
		for (const details of folded)
			details.open = true;
		for (const table of tables)
			table.update(true);
		plots.forEach(draw);
	});
	addEventListener('afterprint', () => {
		for (const details of folded)
			details.open = false;
		for (const table of tables)
			table.update();
	});
})();

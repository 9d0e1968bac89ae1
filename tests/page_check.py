# SPDX-License-Identifier: GPL-2.0-only
#
# Prints what is wrong with the structure of a report page: page_check.py FILE. What is looked for are
# the rules that a reader with a keyboard or a screen reader, and one without a network, depend on.
import sys
from html.parser import HTMLParser

VOID = {'meta', 'br', 'link', 'input', 'img'}
OPTIONAL = {'td', 'th', 'tr', 'tbody', 'li', 'p'}  # end tags that HTML lets out
LOADS = {'script', 'img', 'link', 'iframe', 'object', 'embed', 'source', 'audio', 'video', 'image'}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.wrong, self.ids, self.refs, self.open = [], set(), [], []
        self.level, self.tags, self.captions, self.tables = 0, {}, 0, 0
        self.images, self.pictures, self.rows = 0, 0, None

    def say(self, what):
        self.wrong.append(f'line {self.getpos()[0]}: {what}')

    def handle_starttag(self, tag, attrs):
        names = [name for name, value in attrs]
        attrs = dict(attrs)
        if len(names) != len(attrs):
            self.say(f'<{tag}> has an attribute twice')
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.identify(tag, attrs)
        self.heading(tag)
        self.loads(tag, attrs)
        self.cells(tag, attrs)
        if tag not in VOID and tag not in OPTIONAL:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID and tag not in OPTIONAL:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in OPTIONAL or tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.say(f'</{tag}> closes nothing')
        if tag == 'table' and self.rows and len(set(self.rows)) != 1:
            self.say(f'rows of {sorted(set(self.rows))} cells in one table')

    def identify(self, tag, attrs):
        if 'id' in attrs:
            if attrs['id'] in self.ids:
                self.say(f'id {attrs["id"]} is there twice')
            self.ids.add(attrs['id'])
        for name in ('aria-labelledby', 'aria-describedby', 'for'):
            self.refs += attrs.get(name, '').split()
        href = attrs.get('href', '')
        if href.startswith('#'):
            self.refs.append(href[1:])
        for value in attrs.values():
            if value and value.startswith('url(#'):
                self.refs.append(value[5:-1])

    def heading(self, tag):
        if len(tag) == 2 and tag[0] == 'h' and tag[1].isdigit():
            if int(tag[1]) > self.level + 1:
                self.say(f'<{tag}> after h{self.level}')
            self.level = int(tag[1])

    def loads(self, tag, attrs):
        if tag in LOADS and ('src' in attrs or 'href' in attrs or 'data' in attrs):
            self.say(f'<{tag}> loads something')
        for name, value in attrs.items():
            if name.startswith('on'):
                self.say(f'<{tag}> has the handler {name}')
            if value and '://' in value and name != 'content' and tag != 'svg':
                self.say(f'<{tag} {name}> leads elsewhere: {value[:60]}')

    def cells(self, tag, attrs):
        if tag == 'table':
            self.tables, self.rows = self.tables + 1, []
        elif tag == 'caption':
            self.captions += 1
        elif tag == 'tr':
            self.rows.append(0)
        elif tag in ('td', 'th') and self.rows:
            self.rows[-1] += 1
            if tag == 'th' and attrs.get('scope') not in ('col', 'row'):
                self.say('<th> without a scope')
        elif attrs.get('role') == 'img':
            self.images += 1
            if not attrs.get('aria-label'):
                self.say('a picture without a name')
        elif tag == 'svg' and attrs.get('aria-hidden') != 'true':
            self.pictures += 1
            if self.open[-3:] != ['figure', 'div', 'noscript']:
                self.say('a picture that is made before it is seen')

    def finish(self):
        for ref in self.refs:
            if ref not in self.ids:
                self.wrong.append(f'nothing is called #{ref}')
        for tag in ('main', 'nav', 'header', 'footer', 'h1', 'title'):
            if self.tags.get(tag, 0) != 1:
                self.wrong.append(f'{self.tags.get(tag, 0)} of <{tag}>')
        if self.captions != self.tables:
            self.wrong.append(f'{self.tables} tables, {self.captions} captions')
        if not self.tags.get('figure', 0) == self.tags.get('figcaption', 0) == self.pictures == self.images:
            self.wrong.append('figures, pictures and captions do not pair')
        if self.open:
            self.wrong.append(f'not closed: {self.open}')
        return self.wrong


page = Page()
with open(sys.argv[1], encoding='utf-8') as file:
    page.feed(file.read())
page.close()
for line in page.finish()[:20]:
    print(line)

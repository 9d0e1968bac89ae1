# SPDX-License-Identifier: GPL-2.0-only
#
# Opens a report page in headless Chromium, uses it, and says what it saw: page_browser.py CHROMIUM FILE.
# Prints PASS<tab>NAME or FAIL<tab>NAME<tab>WHY for each thing that is looked for. The browser is driven by
# the DevTools protocol through a pipe, so nothing listens anywhere.
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

COMMAND = ['--headless', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu',
           '--disable-background-networking', '--disable-component-update', '--disable-sync',
           '--disable-dev-shm-usage', '--window-size=1280,900', 'about:blank']


class Browser:
    """A page in a browser of its own, and what it had to say."""

    def __init__(self, chromium):
        self.directory = tempfile.mkdtemp()
        in_read, self.to = os.pipe()
        self.back, out_write = os.pipe()
        root = ['--no-sandbox'] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            ['bash', '-c', f'exec 3<&{in_read} 4>&{out_write}; exec "$0" "$@"', chromium,
             f'--user-data-dir={self.directory}', *root, *COMMAND],
            pass_fds=(in_read, out_write), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(in_read)
        os.close(out_write)
        self.begun, self.messages = [], []  # parts of a message that is under way; messages
        self.number, self.session, self.events = 0, None, []
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network', 'Accessibility'):
            self.call(f'{domain}.enable')
        self.call('Performance.enable', timeDomain='threadTicks')

    def read(self):
        while not self.messages:
            part = os.read(self.back, 1 << 20)
            if not part:
                raise RuntimeError('the browser ended')
            begun, *rest = part.split(b'\0')
            self.begun.append(begun)
            for begun in rest:
                self.messages.append(b''.join(self.begun))
                self.begun = [begun]
        return json.loads(self.messages.pop(0))

    def call(self, method, **params):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.to, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.read()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]}')
                return answer['result']
            self.events.append(answer)

    def open(self, url):
        self.events = []
        self.call('Page.navigate', url=url)
        while not any(event.get('method') == 'Page.loadEventFired' for event in self.events):
            self.events.append(self.read())

    def ask(self, expression):
        answer = self.call('Runtime.evaluate', expression=expression, returnByValue=True,
                           awaitPromise=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(json.dumps(answer['exceptionDetails'])[:500])
        return answer['result'].get('value')

    def press(self, key, code, text=''):
        keys = {'key': key, 'code': key, 'windowsVirtualKeyCode': code, 'text': text}
        self.call('Input.dispatchKeyEvent', type='keyDown', **keys)
        self.call('Input.dispatchKeyEvent', type='keyUp', **keys)

    def media(self, scheme, media=''):
        self.call('Emulation.setEmulatedMedia', media=media,
                  features=[{'name': 'prefers-color-scheme', 'value': scheme}])

    def picture(self, path):
        with open(path, 'wb') as file:
            file.write(base64.b64decode(self.call('Page.captureScreenshot')['data']))

    def close(self):
        os.close(self.to)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


def say(name, wrong=''):
    if wrong:
        print(f'FAIL\t{name}\t{str(wrong)[:600]}'.replace('\n', ' '))
    else:
        print(f'PASS\t{name}')


# Text whose contrast with what is behind it is below 4.5 (3 where it is large), by the formula of WCAG 2.
CONTRAST = '''(() => {
  const parse = c => { const v = c.match(/[\\d.]+/g).map(Number); return v.length > 3 ? v : [...v, 1]; };
  const light = ([r, g, b]) => { const f = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c[3] > 0.99) return c; } return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255]; };
  const poor = new Set();
  let seen = 0;
  for (const e of document.querySelectorAll('body *:not(svg):not(svg *):not(script):not(noscript):not(option)')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.tagName !== 'INPUT') continue;
    if (seen++ > 4000) break;
    const s = getComputedStyle(e), a = light(parse(s.color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(s.fontSize) >= 24 || (parseFloat(s.fontSize) >= 18.66 && s.fontWeight >= 600);
    if (ratio < (large ? 3 : 4.5)) poor.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return seen > 20 ? [...poor].join('; ') : `only ${seen} texts`;
})()'''

# Controls whose edge has a contrast below 3 with the page, which is all that tells where they are.
EDGES = CONTRAST.split('const poor')[0] + '''
  const poor = [...document.querySelectorAll('.controls input, .controls select, .controls > button')].filter(e => {
    const a = light(parse(getComputedStyle(e).borderTopColor)), b = light(ground(e.parentElement));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 3; });
  return poor.map(e => e.outerHTML.slice(0, 80)).join('; ');
})()'''

TABLE = "document.getElementById('all-cells')"
SHOWN = f'[...{TABLE}.tBodies[0].rows]'
BAR = f"{TABLE}.parentElement.previousElementSibling"


def opens(browser):
    """Quiet, and by itself."""
    wrong = []
    for event in browser.events:
        method, params = event.get('method'), event.get('params', {})
        if method == 'Runtime.exceptionThrown':
            wrong.append(params['exceptionDetails'].get('text', 'an exception'))
        elif method == 'Runtime.consoleAPICalled':
            wrong.append(f'console.{params["type"]}')
        elif method == 'Log.entryAdded':
            wrong.append(params['entry']['text'])
    say('opens with nothing on the console', '; '.join(wrong))
    asked = [event['params']['request']['url'] for event in browser.events
             if event.get('method') == 'Network.requestWillBeSent']
    say('asks for nothing but itself', '; '.join(url for url in asked[1:]) or
        ('' if len(asked) == 1 else 'the page itself was not seen to be asked for'))
    millis = browser.ask('performance.getEntriesByType("navigation")[0].loadEventEnd')
    busy = {metric['name']: metric['value'] for metric in browser.call('Performance.getMetrics')['metrics']}
    print(f'NOTE\tloaded after {millis:.0f} ms, of which the page itself took {1000 * busy["TaskDuration"]:.0f} ms '
          f'of processor time; {browser.ask("document.querySelectorAll(`*`).length")} elements')


def settles(browser):
    """The lists of choices are filled when the page is there."""
    say('fills its lists', '' if browser.ask('''new Promise(done => {
        const look = n => document.querySelector(".controls select:last-of-type").options.length > 1 ? done(true) :
            n ? setTimeout(look, 50, n - 1) : done(false);
        look(200);
    })''') else 'no')


def keyboard(browser):
    browser.press('Tab', 9)
    say('the first stop of the keyboard is the skip link, and it is seen', '' if browser.ask(
        "document.activeElement.className === 'skip' && document.activeElement.getBoundingClientRect().left >= 0")
        else browser.ask('document.activeElement.outerHTML.slice(0, 200)'))
    browser.press('Enter', 13, '\r')
    say('the skip link leads to the report', '' if browser.ask("location.hash === '#main'") else 'no')
    browser.ask(f'{TABLE}.querySelector("thead button").focus()')
    browser.press('Tab', 9)
    say('the focus is seen', '' if browser.ask(
        f"{TABLE}.contains(document.activeElement) && getComputedStyle(document.activeElement).outlineStyle !== 'none'")
        else browser.ask('document.activeElement.outerHTML.slice(0, 200)'))


def focus(browser):
    """Whatever the keyboard can reach shows that it is there."""
    wrong = []
    for what in ('nav a', 'summary', '.scroll', 'thead button', '.controls input', '.controls select',
                 '.controls > button', 'td a'):
        # A key before it makes the focus one of the keyboard's.
        browser.press('Tab', 9)
        if not browser.ask(f"""(() => {{ const e = [...document.querySelectorAll('{what}')].find(e => e.checkVisibility());
                e.focus(); const s = getComputedStyle(e);
                return document.activeElement === e && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; }})()"""):
            wrong.append(what)
    say('the focus is seen wherever it is', ', '.join(wrong))


def stands_still(browser):
    say('nothing moves by itself, so nobody has to ask for less motion', browser.ask('''[...document.querySelectorAll(
        'body, body *:not(svg *)')].filter(e => { const s = getComputedStyle(e);
            return s.animationName !== 'none' || parseFloat(s.transitionDuration) || s.scrollBehavior !== 'auto'; })
        .map(e => e.tagName).slice(0, 5).join(', ')'''))


def structure(browser):
    """As it is once the script has changed it."""
    say('tables keep captions and scopes', browser.ask('''[...document.querySelectorAll('table')].filter(t =>
        !t.caption || !t.caption.textContent.trim() || !t.tHead ||
        [...t.querySelectorAll('th')].some(th => !['col', 'row'].includes(th.scope))).map(t => t.id).join(', ')'''))
    say('headings go down by steps', browser.ask('''(() => { let level = 0; const wrong = [];
        for (const h of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
            if (Number(h.tagName[1]) > level + 1) wrong.push(h.textContent);
            level = Number(h.tagName[1]);
        }
        return wrong.join(', ') || (document.querySelectorAll('h1').length === 1 ? '' : 'not one h1'); })()'''))
    say('pictures are one image each, with words', browser.ask('''[...document.querySelectorAll('figure')].filter(f =>
        f.querySelectorAll('[role=img][aria-label]:not([aria-label=""])').length !== 1 ||
        !f.querySelector('figcaption').textContent).map(f => f.id).join(', ')'''))
    say('no width but a table\'s is more than the window', browser.ask(
        'document.documentElement.scrollWidth > innerWidth ? document.documentElement.scrollWidth : ""'))


def chooses(browser):
    """A list by keyboard alone."""
    select = f'[...{BAR}.querySelectorAll("select")].find(s => [...s.options].some(o => o.value === "kernel"))'
    browser.ask(f'{select}.focus()')
    browser.press('ArrowDown', 40)
    chosen = browser.ask(f'{select}.value')
    say('chooses by keyboard', '' if chosen and browser.ask(f'''(() => {{
        const rows = {SHOWN}, column = {select}.dataset.column;
        return rows.length && rows.every(r => r.cells[column].textContent.trim() === "{chosen}");
    }})()''') else f'chosen: {chosen}')
    browser.ask(f'{BAR}.querySelector("button").focus()')
    browser.press('Enter', 13, '\r')
    say('and takes it back', '' if browser.ask(f'{select}.value === "" && {STATUS}.split(" ")[0] === {STATUS}.split(" ")[2]')
        else browser.ask(STATUS))


def thousands(browser):
    """What a table of thousands of rows is used for, all of them held against the rows themselves."""
    rows = browser.ask(f'''(() => {{ {BAR}.querySelectorAll("button")[1].click(); return {SHOWN}.length; }})()''')
    say('shows thousands of rows', '' if rows >= 2000 else rows)
    column = browser.ask(f'[...{TABLE}.tHead.rows[0].cells].findIndex(head => head.textContent.startsWith("run 1"))')
    without = browser.ask(f'{SHOWN}.filter(row => !/^(≥ )?[0-9]/.test(row.cells[{column}].textContent)).length')
    print(f'NOTE\t{rows} rows, {without} without a figure')
    for direction, sign in (('ascending', '<='), ('descending', '>=')):
        say(f'sorts thousands of rows by figures, {direction}', browser.ask(f'''(() => {{
            const head = {TABLE}.tHead.rows[0].cells[{column}];
            head.querySelector("button").click();
            const words = {SHOWN}.map(row => row.cells[{column}].textContent.trim());
            const v = words.map(text => parseFloat(text.replace(/^≥ /, ""))), there = v.findLastIndex(x => !Number.isNaN(x)) + 1;
            if (v.length !== {rows} || !there || {rows} - there !== {without}) return v.length + " rows, " + there + " begin";
            return head.getAttribute("aria-sort") === "{direction}" &&
                v.slice(0, there).every((x, i) => !i || v[i - 1] {sign} x) ? "" : "not in order";
        }})()'''))
    say('filters thousands of rows', browser.ask(f'''(() => {{
        const want = {SHOWN}.filter(r => r.textContent.includes("vmalloc") && r.cells[1].textContent === "kernel").length;
        const input = {BAR}.querySelector("input");
        input.value = "VMALLOC kernel";
        input.dispatchEvent(new Event("input", {{bubbles: true}}));
        const got = {SHOWN}.length;
        return want && want === got && got < {rows} ? "" : got + " rows, not " + want;
    }})()'''))


def weight(browser):
    """What a browser has to hold: counted, as time would tell of the machine."""
    elements = browser.ask('document.querySelectorAll("*").length')
    say('opens with no more elements than a browser shows at once', '' if elements < 20000 else elements)


FIGURES = "[...document.querySelectorAll('figure')]"
DRAWN = f"{FIGURES}.filter(f => f.querySelector('.plot > svg path'))"
# What is found of the pictures of the page, once the browser has had the time for it that it takes.
SOON = '''new Promise(done => {
    const look = n => { const wrong = (() => { %s })(); wrong && n ? setTimeout(look, 50, n - 1) : done(wrong); };
    look(200);
})'''


def draws(browser):
    """A picture is made when the reader comes near it, in the place that it was given before."""
    many = browser.ask(f'{FIGURES}.length')
    if not many:
        print('SKIP\tpictures are made when they come into sight\tthe page has none')
        return
    say('pictures out of sight are not made', browser.ask(f'''{DRAWN}.filter(f => {{
        const r = f.getBoundingClientRect(); return r.top > 2.5 * innerHeight || r.bottom < -1.5 * innerHeight; }})
        .map(f => f.id).join(", ") || ({DRAWN}.length === {many} ? "all are" : "")'''))
    images = sum(1 for node in browser.call('Accessibility.getFullAXTree')['nodes']
                 if node.get('role', {}).get('value') in ('img', 'image') and node.get('name', {}).get('value', '').strip())
    say('a screen reader is told of all of them', '' if images == many else f'{images} of {many}')
    browser.ask(f'''{{ window.places = {FIGURES}.map(f => f.getBoundingClientRect().height);
        window.undrawn = {FIGURES}.length - {DRAWN}.length; location.hash = {FIGURES}[{many // 2}].id; }}''')
    say('a picture that is in sight is made', browser.ask(SOON % f'''
        const seen = {FIGURES}.filter(f => {{ const r = f.getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight; }});
        return !seen.length ? "none is in sight" : seen.filter(f => !f.querySelector(".plot > svg path")).map(f => f.id).join(", ");'''))
    say('a link to a picture leads there', browser.ask(
        f'Math.abs({FIGURES}[{many // 2}].getBoundingClientRect().top) < 2 ? "" : {FIGURES}[{many // 2}].getBoundingClientRect().top'))
    say('the others wait', browser.ask(f'{DRAWN}.length < {many} ? "" : "all are made"'))
    say('a picture takes the place that was kept for it', browser.ask(f'''{FIGURES}.filter((f, i) => {{
        const r = f.getBoundingClientRect(), svg = f.querySelector(".plot > svg")?.getBoundingClientRect();
        return Math.abs(r.height - places[i]) > 0.1 || (svg && !(svg.width > 0.99 * f.querySelector(".plot").clientWidth &&
            svg.bottom <= r.bottom && Math.abs(svg.width / svg.height - 1.6) < 0.02)); }}).map(f => f.id).join(", ")'''))


UNIQUE = '''(() => {
    const ids = [...document.querySelectorAll("[id]")].map(e => e.id), twice = ids.filter((id, i) => ids.indexOf(id) !== i);
    const uses = [...document.querySelectorAll("figure use")], known = new Set(ids);
    return twice.slice(0, 5).join(", ") || uses.filter(u => !known.has(u.getAttribute("href").slice(1))).length || "";
})()'''


def prints_pictures(browser):
    """On paper are all of them, whether somebody looked at them or not."""
    many = browser.ask(f'{FIGURES}.length')
    if not many:
        return
    waiting = browser.ask(f'{many} - {DRAWN}.length')
    pdf = base64.b64decode(browser.call('Page.printToPDF', generateTaggedPDF=False)['data'])
    print(f'NOTE\tprinted in {len(pdf)} bytes')
    drawn = browser.ask(f'{DRAWN}.length')
    say('all pictures are printed', '' if waiting and drawn == many else f'{waiting} waited; {drawn} of {many}')
    say('ids are unique when all pictures are made', browser.ask(UNIQUE))


# A sheet has room for 740 pixels of CSS. Chromium lays out for 4/3 of them, and for some more where that is too narrow: of
# tables that were printed, one of 1045 was whole and one of 1267 cut off.
PAPER, PAPER_MOST = 985, 1100


def fits_paper(browser):
    """Tables fit a sheet, and their rows some lines high: a column that is too narrow makes them hundreds."""
    browser.call('Emulation.setDeviceMetricsOverride', width=PAPER, height=1280, deviceScaleFactor=1, mobile=False)
    browser.media('light', 'print')
    browser.ask('dispatchEvent(new Event("beforeprint"))')
    say('on paper: all rows, of some lines each', browser.ask(f'''(() => {{
        const all = Number({STATUS}.match(/of (\\d+) rows/)[1]), rows = {SHOWN};
        const line = parseFloat(getComputedStyle({TABLE}).fontSize) * 1.5;
        const high = Math.max(...rows.map(row => row.getBoundingClientRect().height)) / line;
        return rows.length !== all ? `${{rows.length}} of ${{all}} rows` : high > 6 ? `${{high}} lines` : "";
    }})()'''))
    say('on paper: no table is cut off', browser.ask(f'''[...document.querySelectorAll("table")]
        .filter(t => t.getBoundingClientRect().right > {PAPER_MOST}).map(t => `${{t.id}} ${{t.getBoundingClientRect().right}}`).join(", ")'''))
    browser.ask('dispatchEvent(new Event("afterprint"))')
    browser.media('light')
    browser.call('Emulation.clearDeviceMetricsOverride')


def without_scripts(browser, url):
    """All is there for a browser that runs none."""
    many = browser.ask(f'{FIGURES}.length')
    rows = browser.ask(f'Number({STATUS}.match(/of (\\d+) rows/)[1])')
    browser.call('Emulation.setScriptExecutionDisabled', value=True)
    browser.open(url)
    seen = browser.ask(f'''[document.querySelectorAll(".controls").length, {FIGURES}.filter(f => {{
        const svg = f.querySelector(".plot svg"), r = svg?.getBoundingClientRect();
        return svg && svg.querySelector("path") && Math.abs(r.width / r.height - 1.6) < 0.02 && r.width > 300; }}).length, {SHOWN}.length]''')
    say('without scripts all pictures and rows are there', '' if seen == [0, many, rows] else f'{seen}, not {[0, many, rows]}')
    say('without scripts ids are unique', browser.ask(UNIQUE))
    browser.call('Emulation.setScriptExecutionDisabled', value=False)


def sorts(browser):
    column = browser.ask(f'[...{TABLE}.tHead.rows[0].cells].findIndex(head => head.textContent === "size")')
    sizes = f'{SHOWN}.map(row => Number(row.cells[{column}].dataset.v ?? NaN))'
    browser.ask(f'{TABLE}.tHead.rows[0].cells[{column}].querySelector("button").focus()')
    for direction, sign in (('ascending', '<='), ('descending', '>=')):
        browser.press('Enter', 13, '\r')
        say(f'sorts by size, {direction}, by keyboard', browser.ask(f'''(() => {{
            const all = {sizes}, v = all.filter(x => !Number.isNaN(x)), head = {TABLE}.tHead.rows[0].cells[{column}];
            if (head.getAttribute("aria-sort") !== "{direction}") return "aria-sort " + head.getAttribute("aria-sort");
            const first = v[0], last = window.last;
            window.last = first;
            if (v.length < 100) return "too few rows: " + v.length;
            if (all.slice(0, v.length).some(Number.isNaN)) return "what has no size is not at the end";
            if (last !== undefined && !(first > last)) return "begins with " + first + " as with " + last;
            return v.every((x, i) => !i || v[i - 1] {sign} x) ? "" : "not in order: " + v.slice(0, 20);
        }})()'''))


STATUS = f'{BAR}.querySelector("output").value'


def filters(browser):
    say('a large table shows its beginning, and says so', browser.ask(f'''(() => {{
        const all = Number({STATUS}.match(/of (\\d+) rows/)[1]), shown = {SHOWN}.length;
        return all > shown && {STATUS}.endsWith(`, the first ${{shown}} shown`) ? "" : {STATUS} + ": " + shown;
    }})()'''))
    browser.ask(f'{BAR}.querySelector("input").focus()')
    browser.call('Input.insertText', text='kmalloc lat_pair')
    say('filters by words', browser.ask(f'''(() => {{
        const rows = {SHOWN};
        if (!rows.length || !rows.every(r => r.textContent.includes("kmalloc") && r.textContent.includes("lat_pair")))
            return rows.length + " rows, others, too";
        return {STATUS}.startsWith(rows.length + " of ") ? "" : "says " + {STATUS};
    }})()'''))
    say('lists its values to choose from', browser.ask(f'''(() => {{
        const select = [...{BAR}.querySelectorAll("select")].find(s => [...s.options].some(o => o.value === "kernel"));
        if (!select) return "no list of sides";
        select.value = "kernel";
        select.dispatchEvent(new Event("input", {{bubbles: true}}));
        const rows = {SHOWN};
        return rows.length && rows.every(r => r.cells[select.dataset.column].textContent.trim() === "kernel") ? "" : "others, too";
    }})()'''))
    say('shows all again', browser.ask(f'''(() => {{
        const [reset, more] = {BAR}.querySelectorAll("button");
        reset.click();
        more.click();
        const all = {STATUS}.split(" ");
        return all[0] === all[2] && {SHOWN}.length === Number(all[0]) ? "" : {STATUS};
    }})()'''))


def names(browser):
    """What a screen reader is told: everything that can be used has a name and a role."""
    used = ('button', 'textbox', 'searchbox', 'combobox', 'link', 'image', 'region', 'search', 'table')
    seen, wrong = set(), []
    for node in browser.call('Accessibility.getFullAXTree')['nodes']:
        role = node.get('role', {}).get('value', '')
        role = {'img': 'image', 'ComboBoxMenuList': 'combobox'}.get(role, role)
        if node.get('ignored') or role not in used:
            continue
        seen.add(role)
        if not node.get('name', {}).get('value', '').strip():
            wrong.append(role)
    missing = {'button', 'searchbox', 'combobox', 'link', 'table'} - seen
    say('everything that can be used has a name', ', '.join(wrong) or (f'none seen: {missing}' if missing else ''))
    say('landmarks', browser.ask('''['header', 'nav', 'main', 'footer'].filter(
        tag => document.querySelectorAll('body > ' + tag + ', header > ' + tag).length !== 1).join(', ')'''))


def schemes(browser):
    ground = {}
    for scheme in ('light', 'dark'):
        browser.media(scheme)
        ground[scheme] = browser.ask('getComputedStyle(document.body).backgroundColor')
        say(f'{scheme}: every text can be read', browser.ask(CONTRAST))
        say(f'{scheme}: the edge of every control can be seen', browser.ask(EDGES))
        say(f'{scheme}: plots are on a light card', browser.ask('''[...document.querySelectorAll(".plot")]
            .filter(plot => getComputedStyle(plot).backgroundColor !== "rgb(255, 255, 255)").length || ""'''))
    say('light and dark differ', '' if ground['light'] != ground['dark'] else ground['light'])


def prints(browser):
    browser.media('light', 'print')
    browser.ask('dispatchEvent(new Event("beforeprint"))')
    say('on paper: unfolded, nothing scrolls, no controls', browser.ask('''(() => {
        const wrong = [];
        if (document.querySelector("details:not([open])")) wrong.push("folded");
        for (const box of document.querySelectorAll(".scroll"))
            if (getComputedStyle(box).overflowY !== "visible") { wrong.push("scrolls"); break; }
        for (const control of document.querySelectorAll("nav, .controls input, .controls select, .controls button"))
            if (control.checkVisibility()) { wrong.push("controls"); break; }
        return wrong.join(", ");
    })()'''))
    browser.ask('dispatchEvent(new Event("afterprint"))')
    browser.media('light')
    pdf = base64.b64decode(browser.call('Page.printToPDF', printBackground=True)['data'])
    say('prints', '' if pdf.startswith(b'%PDF-') and len(pdf) > 100000 else f'{len(pdf)} bytes')


def axe(browser):
    """With axe-core, where the caller has one: ALLOCMARK_AXE is the path of its script."""
    path = os.environ.get('ALLOCMARK_AXE')
    if not path:
        return
    with open(path, encoding='utf-8') as file:
        browser.ask(file.read() + '; 0')
    browser.ask('for (const details of document.querySelectorAll("details")) details.open = true')
    for scheme in ('dark', 'light'):
        browser.media(scheme)
        found = json.loads(browser.ask('''axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(
            r.violations.map(v => [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 120)])))'''))
        print(f'NOTE\taxe, {scheme}: {found}')
        say(f'{scheme}: axe-core finds nothing serious', [v for v in found if v[0] in ('serious', 'critical')])


def main():
    browser = Browser(sys.argv[1])
    try:
        url = 'file://' + os.path.abspath(sys.argv[2])
        browser.open(url)
        opens(browser)
        if os.environ.get('ALLOCMARK_PAGE_ONLY') != 'open':
            large = os.environ.get('ALLOCMARK_PAGE_ONLY') == 'large'
            for look in (weight, draws, fits_paper, settles, thousands) if large else (
                    weight, axe, settles, names, structure, stands_still, keyboard, draws, focus, sorts, filters, chooses,
                    schemes, prints_pictures, prints, fits_paper):
                look(browser)
            without_scripts(browser, url)
            browser.open(url)
        for scheme in os.environ.get('ALLOCMARK_PAGE_PICTURES', '').split():
            browser.media(scheme)
            browser.ask('scrollTo(0, 0)')
            browser.picture(f'{sys.argv[2]}.{scheme}.png')
        print('END')
    finally:
        browser.close()


main()

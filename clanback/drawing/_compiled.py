"""Code of `templates/page/*.j2`, compiled by Jinja2. Made by `scripts/compile_templates.py`; do not edit."""
# mypy: ignore-errors
# fmt: off
from clanback.drawing.runtime import TemplateRuntimeError, Undefined, environment, escape, internalcode, missing


def template_page_css(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield ':root { color-scheme: light dark; --bg: #f6f8fa; --surface: #ffffff; --border: #d3dbe4; --text: #17202c; --muted: #566373;\n  --accent: #1f5fa8; --good: #157347; --saved: #1f5fa8; --unknown: #8a5a00; --unsaved: #b42323; --nothing: #66727f;\n  --stripe: #f3f6f9; --focus: #0b62d6; --line: #93a4b7; }\n@media (prefers-color-scheme: dark) { :root { --bg: #0c1117; --surface: #10161e; --border: #2c3846; --text: #e8eef5; --muted: #a3b1c0;\n  --accent: #71b0f5; --good: #4ec98a; --saved: #71b0f5; --unknown: #e3b04b; --unsaved: #ff8078; --nothing: #98a6b5;\n  --stripe: #141c26; --focus: #8cc2ff; --line: #5f7389; } }\n* { box-sizing: border-box; }\nhtml { scroll-behavior: smooth; }\n@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }\nbody { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans",\n  "DejaVu Sans", sans-serif; }\nheader, main, footer { max-width: 1400px; margin: 0 auto; padding: 0 28px; }\nheader { padding-top: 30px; }\nh1 { margin: 0; font-size: 27px; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }\nh2 { margin: 34px 0 12px; font-size: 18px; }\nh3 { margin: 26px 0 10px; font-size: 16px; }\n.lead { margin: 6px 0 18px; color: var(--muted); font-size: 16px; }\ncode { font: 12.5px/1.5 ui-monospace, "SF Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }\nsmall { color: var(--muted); font-size: 12.5px; }\na { color: var(--accent); }\n:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }\n.skip { position: absolute; left: -999px; top: 0; padding: 10px 16px; background: var(--surface); z-index: 2; }\n.skip:focus { left: 8px; top: 8px; }\n.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }\nul { list-style: none; margin: 0; padding: 0; }\n.facts { display: flex; flex-wrap: wrap; gap: 12px; }\n.facts li { background: var(--surface); border: 1px solid var(--border); border-radius: 10px; padding: 10px 18px 10px 16px; min-width: 118px;\n  border-left: 4px solid var(--border); }\n.facts strong { display: block; font-size: 23px; line-height: 1.2; font-variant-numeric: tabular-nums; }\n.facts span { color: var(--muted); font-size: 13px; }\n.facts .good { border-left-color: var(--good); } .facts .saved { border-left-color: var(--saved); }\n.facts .unknown { border-left-color: var(--unknown); } .facts .unsaved { border-left-color: var(--unsaved); }\nfigure { margin: 0; background: var(--surface); border: 1px solid var(--border); border-radius: 12px; }\n.scroll { overflow-x: auto; }\nfigure .scroll { padding: 6px 0 0; }\n.graph { display: block; max-width: none; margin: 0 auto; height: auto; }\n.graph a { text-decoration: none; cursor: pointer; }\n.graph a:focus-visible { outline: none; }\n.graph a:focus-visible .card, .graph a:hover .card { stroke: var(--focus); stroke-width: 2.5; }\n.graph.chosen .edge, .graph.chosen .node { opacity: .18; }\n.graph.chosen .near { opacity: 1; }\nfigcaption { border-top: 1px solid var(--border); padding: 10px 18px; }\n.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; font-size: 13px; color: var(--muted); }\n.legend strong { color: var(--text); }\n.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 7px; background: var(--nothing); }\n.swatch.good { background: var(--good); } .swatch.saved { background: var(--saved); } .swatch.unknown { background: var(--unknown); }\n.swatch.unsaved { background: var(--unsaved); }\n.swatch.line { width: 24px; height: 0; border-radius: 0; background: none; border-top: 2.5px solid var(--line); vertical-align: middle; }\n.swatch.off { border-top-color: var(--good); } .swatch.open { border-top-style: dashed; }\n.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-bottom: 12px; }\n.controls label { color: var(--muted); font-size: 13.5px; }\ninput, select, .controls button { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--border); border-radius: 8px;\n  padding: 7px 11px; }\ninput { min-width: 260px; }\n.controls button { cursor: pointer; }\noutput { color: var(--muted); margin-left: auto; font-variant-numeric: tabular-nums; }\nsection > .scroll { background: var(--surface); border: 1px solid var(--border); border-radius: 12px; }\ntable { border-collapse: collapse; width: 100%; min-width: 940px; }\nth, td { text-align: left; vertical-align: top; padding: 9px 14px; border-top: 1px solid var(--border); }\nthead th { border-top: 0; padding: 0; background: var(--stripe); position: sticky; top: 0; }\ntbody th { font-weight: 600; white-space: nowrap; }\ntbody th small { display: block; font-weight: 400; }\ntbody tr:hover { background: var(--stripe); }\ntr[hidden] { display: none; }\n.sort { font: inherit; font-size: 13px; font-weight: 600; color: var(--muted); background: none; border: 0; padding: 9px 14px; width: 100%;\n  text-align: left; cursor: pointer; white-space: nowrap; }\n.sort span::after { content: "\\2195"; opacity: .35; padding-left: 6px; }\n[aria-sort="ascending"] .sort span::after { content: "\\2191"; opacity: 1; }\n[aria-sort="descending"] .sort span::after { content: "\\2193"; opacity: 1; }\n.state { font-weight: 600; font-size: 13px; white-space: nowrap; }\n.state.good { color: var(--good); } .state.saved { color: var(--saved); } .state.unknown { color: var(--unknown); }\n.state.unsaved { color: var(--unsaved); } .state.nothing, .none { color: var(--nothing); }\nli.unknown code, li.unknown small { color: var(--unknown); } li.unsaved code, li.unsaved small { color: var(--unsaved); }\n.tag { display: inline-block; border: 1px solid var(--border); border-radius: 99px; padding: 0 9px; font-size: 12.5px; color: var(--muted);\n  margin: 1px 2px 1px 0; }\n.findings li { background: var(--surface); border: 1px solid var(--border); border-left: 4px solid var(--nothing); border-radius: 10px;\n  padding: 11px 18px; margin-bottom: 9px; overflow-wrap: anywhere; }\n.findings .error { border-left-color: var(--unsaved); } .findings .warning { border-left-color: var(--unknown); }\n.findings p { margin: 2px 0; } .findings .place, .findings .help { color: var(--muted); font-size: 13.5px; }\n.findings .help::before { content: "\\2192\\00a0"; }\nfooter { padding-top: 20px; padding-bottom: 40px; color: var(--muted); font-size: 13px; }\n@media print { .controls, .skip { display: none; } body { background: none; } .scroll { overflow: visible; } }\n'


def template_page_html(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_policy = resolve('policy')
    l_0_clan = resolve('clan')
    l_0_style = resolve('style')
    l_0_headline = resolve('headline')
    l_0_facts = resolve('facts')
    l_0_picture = resolve('picture')
    l_0_legend = resolve('legend')
    l_0_machines = resolve('machines')
    l_0_columns = resolve('columns')
    l_0_findings = resolve('findings')
    l_0_more_findings = resolve('more_findings')
    l_0_services = resolve('services')
    l_0_version = resolve('version')
    l_0_script = resolve('script')
    try:
        t_1 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    pass
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="'
    yield escape((undefined(name='policy') if l_0_policy is missing else l_0_policy))
    yield '">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n<title>Backups of '
    yield escape((undefined(name='clan') if l_0_clan is missing else l_0_clan))
    yield '</title>\n<link rel="icon" href="data:,">\n<style>'
    yield escape((undefined(name='style') if l_0_style is missing else l_0_style))
    yield '</style>\n</head>\n<body>\n<a class="skip" href="#machines">Skip to the machines</a>\n<header>\n<h1>Backups of '
    yield escape((undefined(name='clan') if l_0_clan is missing else l_0_clan))
    yield '</h1>\n<p class="lead">'
    yield escape((undefined(name='headline') if l_0_headline is missing else l_0_headline))
    yield '</p>\n<ul class="facts" aria-label="In figures">\n'
    for l_1_fact in (undefined(name='facts') if l_0_facts is missing else l_0_facts):
        _loop_vars = {}
        pass
        yield '<li class="'
        yield escape(environment.getattr(l_1_fact, 'kind'))
        yield '"><strong>'
        yield escape(environment.getattr(l_1_fact, 'number'))
        yield '</strong> <span>'
        yield escape(environment.getattr(l_1_fact, 'words'))
        yield '</span></li>\n'
    l_1_fact = missing
    yield '</ul>\n</header>\n<main>\n<section aria-labelledby="graph-heading">\n<h2 id="graph-heading">Who backs up what to whom</h2>\n<figure>\n<div class="scroll" tabindex="0" role="region" aria-label="Graph of machines and where they save to; scrolls sideways">\n'
    yield escape((undefined(name='picture') if l_0_picture is missing else l_0_picture))
    yield '\n</div>\n<figcaption>\n<ul class="legend" aria-label="What the marks mean">\n'
    for l_1_mark in (undefined(name='legend') if l_0_legend is missing else l_0_legend):
        _loop_vars = {}
        pass
        yield '<li><span class="swatch '
        yield escape(environment.getattr(l_1_mark, 'kind'))
        yield '" aria-hidden="true"></span><strong>'
        yield escape(environment.getattr(l_1_mark, 'word'))
        yield '</strong> '
        yield escape(environment.getattr(l_1_mark, 'meaning'))
        yield '</li>\n'
    l_1_mark = missing
    yield '<li><span class="swatch line off" aria-hidden="true"></span>off-site</li>\n<li><span class="swatch line" aria-hidden="true"></span>same site</li>\n<li><span class="swatch line open" aria-hidden="true"></span>nobody said where it stands</li>\n</ul>\n</figcaption>\n</figure>\n</section>\n<section aria-labelledby="machines">\n<h2 id="machines" tabindex="-1">Machines</h2>\n<form class="controls" role="search" aria-label="Filter the machines">\n<label for="filter">Filter</label>\n<input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="name, tag, folder, place …">\n<label for="health">State</label>\n<select id="health">\n<option value="">all</option>\n'
    for l_1_mark in (undefined(name='legend') if l_0_legend is missing else l_0_legend):
        _loop_vars = {}
        pass
        yield '<option value="'
        yield escape(environment.getattr(l_1_mark, 'kind'))
        yield '">'
        yield escape(environment.getattr(l_1_mark, 'word'))
        yield '</option>\n'
    l_1_mark = missing
    yield '</select>\n<button type="reset" id="reset">Show all</button>\n<output id="shown" for="filter health" aria-live="polite">'
    yield escape(t_1((undefined(name='machines') if l_0_machines is missing else l_0_machines)))
    yield ' machines</output>\n</form>\n<div class="scroll" tabindex="0" role="region" aria-labelledby="machines">\n<table>\n<caption class="hidden">Every machine of '
    yield escape((undefined(name='clan') if l_0_clan is missing else l_0_clan))
    yield ': what it saves, where to, and how many copies there are</caption>\n<thead>\n<tr>\n'
    for l_1_column in (undefined(name='columns') if l_0_columns is missing else l_0_columns):
        _loop_vars = {}
        pass
        yield '<th scope="col" aria-sort="'
        yield escape(environment.getattr(l_1_column, 'sorted'))
        yield '"><button type="button" class="sort">'
        yield escape(environment.getattr(l_1_column, 'title'))
        yield '<span aria-hidden="true"></span></button></th>\n'
    l_1_column = missing
    yield '</tr>\n</thead>\n<tbody>\n'
    for l_1_machine in (undefined(name='machines') if l_0_machines is missing else l_0_machines):
        _loop_vars = {}
        pass
        yield '<tr data-name="'
        yield escape(environment.getattr(l_1_machine, 'name'))
        yield '" data-health="'
        yield escape(environment.getattr(l_1_machine, 'kind'))
        yield '">\n<th scope="row">'
        yield escape(environment.getattr(l_1_machine, 'name'))
        if environment.getattr(l_1_machine, 'site'):
            pass
            yield ' <small>'
            yield escape(environment.getattr(l_1_machine, 'site'))
            yield '</small>'
        yield '</th>\n<td><span class="state '
        yield escape(environment.getattr(l_1_machine, 'kind'))
        yield '">'
        yield escape(environment.getattr(l_1_machine, 'word'))
        yield '</span></td>\n<td data-order="'
        yield escape(environment.getattr(l_1_machine, 'copies_order'))
        yield '">'
        yield escape(environment.getattr(l_1_machine, 'copies'))
        yield '</td>\n<td>\n'
        if environment.getattr(l_1_machine, 'folders'):
            pass
            yield '<ul>\n'
            for l_2_folder in environment.getattr(l_1_machine, 'folders'):
                _loop_vars = {}
                pass
                yield '<li'
                if environment.getattr(l_2_folder, 'kind'):
                    pass
                    yield ' class="'
                    yield escape(environment.getattr(l_2_folder, 'kind'))
                    yield '"'
                yield '><code>'
                yield escape(environment.getattr(l_2_folder, 'text'))
                yield '</code>'
                if environment.getattr(l_2_folder, 'note'):
                    pass
                    yield ' <small>'
                    yield escape(environment.getattr(l_2_folder, 'note'))
                    yield '</small>'
                yield '</li>\n'
            l_2_folder = missing
            yield '</ul>\n'
        else:
            pass
            yield '<span class="none">no state is declared</span>\n'
        yield '</td>\n<td>\n'
        if environment.getattr(l_1_machine, 'jobs'):
            pass
            yield '<ul>\n'
            for l_2_job in environment.getattr(l_1_machine, 'jobs'):
                _loop_vars = {}
                pass
                yield '<li><strong>'
                yield escape(environment.getattr(l_2_job, 'place'))
                yield '</strong> '
                yield escape(environment.getattr(l_2_job, 'when'))
                yield ' <small>'
                yield escape(environment.getattr(l_2_job, 'facts'))
                yield '</small></li>\n'
            l_2_job = missing
            yield '</ul>\n'
        else:
            pass
            yield '<span class="none">nowhere</span>\n'
        yield '</td>\n<td data-order="'
        yield escape(environment.getattr(l_1_machine, 'keeps'))
        yield '">'
        if environment.getattr(l_1_machine, 'keeps'):
            pass
            yield escape(environment.getattr(l_1_machine, 'keeps'))
        else:
            pass
            yield '<span class="none">0</span>'
        yield '</td>\n<td>'
        for l_2_tag in environment.getattr(l_1_machine, 'tags'):
            _loop_vars = {}
            pass
            yield '<span class="tag">'
            yield escape(l_2_tag)
            yield '</span> '
        l_2_tag = missing
        yield '</td>\n</tr>\n'
    l_1_machine = missing
    yield '</tbody>\n</table>\n</div>\n<p id="none" hidden>No machine is like that.</p>\n</section>\n<section aria-labelledby="findings">\n<h2 id="findings">Findings</h2>\n'
    if (undefined(name='findings') if l_0_findings is missing else l_0_findings):
        pass
        yield '<ul class="findings">\n'
        for l_1_found in (undefined(name='findings') if l_0_findings is missing else l_0_findings):
            _loop_vars = {}
            pass
            yield '<li class="'
            yield escape(environment.getattr(l_1_found, 'severity'))
            yield '">\n<p><strong><span class="code">'
            yield escape(environment.getattr(l_1_found, 'code'))
            yield '</span> '
            yield escape(environment.getattr(l_1_found, 'severity'))
            yield '</strong> '
            yield escape(environment.getattr(l_1_found, 'message'))
            yield '</p>\n'
            if environment.getattr(l_1_found, 'place'):
                pass
                yield '<p class="place"><code>'
                yield escape(environment.getattr(l_1_found, 'place'))
                yield '</code></p>'
            if environment.getattr(l_1_found, 'help'):
                pass
                yield '<p class="help">'
                yield escape(environment.getattr(l_1_found, 'help'))
                yield '</p>'
            yield '</li>\n'
        l_1_found = missing
        yield '</ul>\n'
        if (undefined(name='more_findings') if l_0_more_findings is missing else l_0_more_findings):
            pass
            yield '<p>'
            yield escape((undefined(name='more_findings') if l_0_more_findings is missing else l_0_more_findings))
            yield '</p>'
    else:
        pass
        yield '<p>None: <code>clanback check</code> has nothing to say.</p>\n'
    if (undefined(name='services') if l_0_services is missing else l_0_services):
        pass
        yield '<h3 id="services">Services whose state is not declared</h3>\n<ul class="findings">\n'
        for l_1_service in (undefined(name='services') if l_0_services is missing else l_0_services):
            _loop_vars = {}
            pass
            yield '<li class="warning"><p><strong>'
            yield escape(environment.getattr(l_1_service, 'machine'))
            yield '</strong> runs <strong>'
            yield escape(environment.getattr(l_1_service, 'name'))
            yield '</strong>, which keeps its state in <code>'
            yield escape(environment.getattr(l_1_service, 'folder'))
            yield '</code>: '
            yield escape(environment.getattr(l_1_service, 'why'))
            yield '</p></li>\n'
        l_1_service = missing
        yield '</ul>\n'
    yield '</section>\n</main>\n<footer><p>Made by clanback '
    yield escape((undefined(name='version') if l_0_version is missing else l_0_version))
    yield '. This page is one file: it loads nothing and sends nothing.</p></footer>\n<script>'
    yield escape((undefined(name='script') if l_0_script is missing else l_0_script))
    yield '</script>\n</body>\n</html>\n'


def template_page_js(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    pass
    yield '"use strict";\n(() => {\n  const rows = [...document.querySelectorAll("tbody tr")];\n  const filter = document.getElementById("filter");\n  const health = document.getElementById("health");\n  const shown = document.getElementById("shown");\n  const none = document.getElementById("none");\n  const heading = document.getElementById("machines");\n  const graph = document.querySelector("svg.graph");\n  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));\n  let members = null;\n\n  function show() {\n    const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);\n    let count = 0;\n    for (const row of rows) {\n      const fits =\n        (members === null || members.has(row.dataset.name)) &&\n        (health.value === "" || row.dataset.health === health.value) &&\n        words.every((word) => texts.get(row).includes(word));\n      row.hidden = !fits;\n      count += fits ? 1 : 0;\n    }\n    shown.textContent = count === rows.length ? `${count} machines` : `${count} of ${rows.length} machines`;\n    none.hidden = count > 0;\n  }\n\n  filter.addEventListener("input", show);\n  health.addEventListener("change", show);\n  filter.form.addEventListener("submit", (event) => event.preventDefault());\n  filter.form.addEventListener("reset", () => {\n    members = null;\n    setTimeout(show);\n  });\n\n  const headings = [...document.querySelectorAll("thead th")];\n  for (const [at, cell] of headings.entries()) {\n    cell.querySelector("button").addEventListener("click", () => {\n      const down = cell.getAttribute("aria-sort") === "ascending";\n      for (const other of headings) other.setAttribute("aria-sort", "none");\n      cell.setAttribute("aria-sort", down ? "descending" : "ascending");\n      const value = (row) => row.cells[at].dataset.order ?? row.cells[at].textContent.trim();\n      const compare = new Intl.Collator("en", { numeric: true }).compare;\n      rows.sort((a, b) => (down ? -1 : 1) * compare(value(a), value(b)));\n      document.querySelector("tbody").append(...rows);\n    });\n  }\n\n  // A box of the graph shows its machines in the table, and what it is linked with.\n  const edges = [...graph.querySelectorAll(".edge")];\n  const nodes = new Map([...graph.querySelectorAll("a.node")].map((node) => [node.dataset.node, node]));\n  function choose(name) {\n    graph.classList.toggle("chosen", name !== null);\n    for (const node of nodes.values()) node.classList.toggle("near", node.dataset.node === name);\n    for (const edge of edges) {\n      const near = edge.dataset.from === name || edge.dataset.to === name;\n      edge.classList.toggle("near", near);\n      if (near) for (const end of [edge.dataset.from, edge.dataset.to]) nodes.get(end)?.classList.add("near");\n    }\n  }\n  for (const [name, node] of nodes) {\n    node.addEventListener("mouseenter", () => choose(name));\n    node.addEventListener("mouseleave", () => choose(null));\n    node.addEventListener("focus", () => choose(name));\n    node.addEventListener("blur", () => choose(null));\n    node.addEventListener("click", (event) => {\n      event.preventDefault();\n      const own = node.dataset.members.split(" ").filter(Boolean);\n      const from = edges.filter((edge) => edge.dataset.to === name).map((edge) => nodes.get(edge.dataset.from));\n      const clients = from.flatMap((other) => other.dataset.members.split(" "));\n      filter.value = "";\n      health.value = "";\n      members = new Set(own.length ? own : clients);\n      show();\n      heading.focus();\n      heading.scrollIntoView();\n    });\n  }\n})();\n'


TEMPLATES = {
    'page.css': template_page_css,
    'page.html': template_page_html,
    'page.js': template_page_js,
}

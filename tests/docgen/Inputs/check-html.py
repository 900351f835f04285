"""check-html.py FOLDER: the pages are well formed, need nothing from outside, and every link leads
to an element that is there."""
import html.parser
import pathlib
import sys
import urllib.parse

VOID = {"meta", "link", "br", "hr", "img", "input"}
folder = pathlib.Path(sys.argv[1])


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.problems = [], [], [], []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            elif name == "href":
                self.links.append(value)
            elif name in ("src", "srcset", "action"):
                self.problems.append(f"<{tag}> loads {value}")
        if tag in ("script", "link", "img"):
            self.problems.append(f"there is a <{tag}>")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else in line {self.getpos()[0]}")


pages = {path.name: Page(path.read_text()) for path in sorted(folder.iterdir())}
problems, links = [], 0
for name, page in pages.items():
    found = page.problems + [f"id {i} stands there twice" for i in set(page.ids) if page.ids.count(i) > 1]
    for href in page.links:
        links += 1
        target, _, fragment = href.partition("#")
        target, fragment = urllib.parse.unquote(target) or name, urllib.parse.unquote(fragment)
        if target not in pages:
            found.append(f"{href} leads to no page")
        elif fragment and fragment not in pages[target].ids:
            found.append(f"{href} leads to nothing on its page")
    problems += [f"{name}: {problem}" for problem in found]
print("\n".join(problems[:40]))
print(f"{len(pages)} pages, {links} links, {len(problems)} problems")
sys.exit(bool(problems))

"""What of a page's HTML is against the standard: how it parses, and what stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as SENTENCES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PHRASING_ONLY = _words(
    "p h1 h2 h3 h4 h5 h6 span button label b strong em small i code kbd summary dt pre legend"
)
FLOW_ONLY = _words(
    "div p ul ol dl table form section article nav aside header footer main h1 h2 h3 h4 h5 h6"
    " fieldset figure hr pre blockquote details dialog"
)
INTERACTIVE = frozenset({"a", "button", "select", "textarea", "details", "summary"})
CHILDREN = {
    "ul": {"li", "template", "script"},
    "ol": {"li", "template", "script"},
    "dl": {"dt", "dd", "div", "template"},
    "select": {"option", "optgroup", "hr"},
    "datalist": {"option"},
}
PARENTS = {
    "li": {"ul", "ol", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "legend": {"fieldset"},
}
OBSOLETE = _words("center font big strike tt acronym applet basefont dir frame marquee")
GLOBAL = _words(
    "id class lang title hidden tabindex role dir autofocus autocapitalize accesskey draggable"
    " spellcheck contenteditable translate inert popover style enterkeyhint inputmode"
)
OWN = {
    "a": "href target rel download hreflang type",
    "button": "type name value disabled form formaction formmethod formnovalidate",
    "input": "type name value checked disabled required min max step minlength maxlength pattern"
    " placeholder readonly size autocomplete multiple accept list form capture",
    "select": "name required disabled multiple size autocomplete form",
    "textarea": "name rows cols required disabled maxlength minlength placeholder readonly form"
    " autocomplete wrap",
    "option": "value selected disabled label",
    "optgroup": "label disabled",
    "label": "for",
    "output": "for name form",
    "form": "action method enctype novalidate autocomplete name target",
    "fieldset": "disabled name form",
    "img": "src alt width height loading decoding srcset sizes fetchpriority",
    "link": "rel href type media sizes crossorigin integrity as",
    "script": "src type async defer nonce integrity crossorigin",
    "meta": "name content charset http-equiv",
    "th": "scope colspan rowspan headers abbr",
    "td": "colspan rowspan headers",
    "col": "span",
    "colgroup": "span",
    "ol": "start reversed type",
    "li": "value",
    "time": "datetime",
    "progress": "value max",
    "meter": "value min max low high optimum",
    "details": "open name",
    "dialog": "open",
    "object": "data type width height name form",
    "iframe": "src title width height sandbox allow loading name",
    "html": "xmlns",
    "data": "value",
    "blockquote": "cite",
}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
XHTML = "{http://www.w3.org/1999/xhtml}"


def html_faults(text: str) -> list[str]:
    """Everything wrong with one page; empty for a valid one."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(text)
    return [
        *(f"{at}: {SENTENCES[code] % values}" for at, code, values in parser.errors),
        *_ids(root),
        *_tree(root, ()),
    ]


def _ids(root: Element) -> Iterator[str]:
    ids = Counter(one.get("id") for one in root.iter() if one.get("id") is not None)
    yield from (f"id {name!r} stands {times} times" for name, times in ids.items() if times > 1)
    for one in root.iter():
        for name in REFERENCES:
            wanted = (one.get(name) or "").split()
            yield from (
                f"<{_tag(one)} {name}> points at no {id_!r}" for id_ in set(wanted) - {*ids}
            )


def _tree(element: Element, above: tuple[str, ...]) -> Iterator[str]:
    """Faults of an element and of all below it; drawings have a standard of their own."""
    tag = _tag(element)
    if not isinstance(element.tag, str) or not element.tag.startswith(XHTML):
        return
    yield from _place(element, tag, above)
    yield from _attributes(element, tag)
    for child in element:
        yield from _tree(child, (*above, tag))


def _place(element: Element, tag: str, above: tuple[str, ...]) -> Iterator[str]:
    parent = above[-1] if above else ""
    if tag in OBSOLETE:
        yield f"<{tag}> is obsolete"
    if tag in FLOW_ONLY and PHRASING_ONLY & {*above}:
        yield f"<{tag}> inside {' > '.join(above[-3:])}"
    if tag in INTERACTIVE and {"a", "button"} & {*above}:
        yield f"<{tag}> inside {' > '.join(above[-3:])}: one target in another"
    if tag not in CHILDREN.get(parent, {tag}):
        yield f"<{tag}> is no child of <{parent}>"
    if parent not in PARENTS.get(tag, {parent}):
        yield f"<{tag}> is no child of <{parent}>"
    if tag == "title" and not (element.text or "").strip():
        yield "<title> is empty"


def _attributes(element: Element, tag: str) -> Iterator[str]:
    allowed = GLOBAL | {*OWN.get(tag, "").split()}
    for name in element.attrib:
        if name not in allowed and not name.startswith(("data-", "aria-", "{")):
            yield f"<{tag}> has no attribute {name}"
    if tag == "img" and "alt" not in element.attrib:
        yield "<img> without alt"
    if tag == "a" and "href" not in element.attrib:
        yield "<a> without href"
    for name in ("src", "href", "action"):
        if element.get(name) == "":
            yield f"<{tag}> has an empty {name}"
    if "id" in element.attrib and (not element.get("id") or " " in str(element.get("id"))):
        yield f"<{tag}> has a broken id"


def _tag(element: Element) -> str:
    return str(element.tag).removeprefix(XHTML)

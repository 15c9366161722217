"""Footnotes of a Word document, which python-docx reads and writes everything of but these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

TEXT_STYLE = "Footnote Text"
REFERENCE_STYLE = "Footnote Reference"

_PART_NAME = "/word/footnotes.xml"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_SEPARATORS = (("-1", "separator"), ("0", "continuationSeparator"))
"""The two entries that Word wants of every document: the lines between text and footnotes."""

_FOLLOWS_FOOTNOTES = (
    "endnotePr", "compat", "docVars", "rsids", "mathPr", "attachedSchema", "themeFontLang",
    "clrSchemeMapping", "doNotIncludeSubdocsInStats", "shapeDefaults", "decimalSymbol",
    "listSeparator",
)  # fmt: skip
"""What must stand behind the footnotes' settings, in the order that Word reads settings in."""


class Footnotes:
    """The footnotes of one document, numbered in the order they are added.

    A footnote that is referred to again is not repeated: the reference is a field that shows the
    number of the first.
    """

    def __init__(self, document: Document) -> None:
        """Give ``document`` its part for footnotes; it must have none yet."""
        self._count = 0
        self._root = _element("footnotes")
        for identifier, kind in _SEPARATORS:
            note = _child(self._root, "footnote", type=kind, id=identifier)
            _child(_child(_child(note, "p"), "r"), kind)
        _relate(document, self._root)
        _note_in_settings(document)
        _add_styles(document)

    def add(self, paragraph: Paragraph, text: str) -> int:
        """Add a footnote that says ``text`` and refer to it at the end of ``paragraph``.

        Returns:
            Its number.
        """
        self._count += 1
        number = str(self._count)
        mark = {"id": number, "name": _bookmark(self._count)}
        place = paragraph._p
        _child(place, "bookmarkStart", **mark)
        _child(_reference_run(place), "footnoteReference", id=number)
        _child(place, "bookmarkEnd", id=number)
        note = _child(_child(self._root, "footnote", id=number), "p")
        _child(_child(note, "pPr"), "pStyle", val=_style_id(TEXT_STYLE))
        _child(_reference_run(note), "footnoteRef")
        words = _child(_child(note, "r"), "t")
        words.text = f" {text}"
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return self._count

    def refer(self, paragraph: Paragraph, number: int) -> None:
        """Refer at the end of ``paragraph`` to a footnote that is there already."""
        place = paragraph._p
        for kind in ("begin", "instruction", "separate", "number", "end"):
            run = _reference_run(place)
            if kind == "instruction":
                code = _child(run, "instrText")
                code.text = f" NOTEREF {_bookmark(number)} \\h "
            elif kind == "number":
                _child(run, "t").text = str(number)
            else:
                _child(run, "fldChar", fldCharType=kind)


def _bookmark(number: int) -> str:
    return f"_Footnote{number}"


def _style_id(name: str) -> str:
    return name.replace(" ", "")


def _reference_run(place: Any) -> Any:  # noqa: ANN401 - elements of lxml
    run = _child(place, "r")
    _child(_child(run, "rPr"), "rStyle", val=_style_id(REFERENCE_STYLE))
    return run


def _element(name: str) -> Any:  # noqa: ANN401 - as above
    from docx.oxml.ns import nsdecls
    from docx.oxml.parser import parse_xml

    return parse_xml(f"<w:{name} {nsdecls('w', 'r')}/>")


def _child(parent: Any, tag: str, /, **attributes: str) -> Any:  # noqa: ANN401 - as above
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    child = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        child.set(qn(f"w:{key}"), value)
    parent.append(child)
    return child


def _relate(document: Document, root: Any) -> None:  # noqa: ANN401 - as above
    from docx.opc.packuri import PackURI
    from docx.opc.part import XmlPart

    part = XmlPart(PackURI(_PART_NAME), _CONTENT_TYPE, root, document.part.package)
    document.part.relate_to(part, _RELATIONSHIP)


def _note_in_settings(document: Document) -> None:
    """Name the separators in the document's settings."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    settings = document.settings.element
    properties = OxmlElement("w:footnotePr")
    for identifier, _ in _SEPARATORS:
        _child(properties, "footnote", id=identifier)
    later = {qn("m:mathPr"), *(qn(f"w:{name}") for name in _FOLLOWS_FOOTNOTES)}
    behind = next((child for child in settings if child.tag in later), None)
    if behind is None:
        settings.append(properties)
    else:
        behind.addprevious(properties)


def _add_styles(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    text = document.styles.add_style(TEXT_STYLE, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = document.styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(2)
    reference = document.styles.add_style(REFERENCE_STYLE, WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.font.superscript = True

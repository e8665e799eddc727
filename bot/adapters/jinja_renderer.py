"""Words from Jinja2 templates in ``templates/replies/<language>/``; a channel may override one in ``<channel>/``.

Output is plain text: a channel escapes it as its own markup needs. Undefined variables are errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta

from bot.core.dialogue.sayings import LABELS, SAYINGS
from bot.core.errors import Problem, TemplateError
from bot.core.messages import Button, Language, RenderedButton, Reply, Say

LANGUAGES: tuple[Language, ...] = ("zh", "en")

#: Labels of buttons, one mapping a language.
_BUTTONS = "_buttons.j2"

#: Variables of a template that a shop names itself in an answer.
OWN_VARIABLES = frozenset({"shop"})


class JinjaRenderer:
    """Fulfils :class:`bot.core.ports.Renderer`. Templates are read on first use and kept.

    ``sayings`` and ``labels``: what the folder must hold; those of dialogue, or of the staff group.
    """

    def __init__(
        self, folder: Path, sayings: Mapping[str, frozenset[str]] = SAYINGS, labels: Sequence[str] = LABELS
    ) -> None:
        self._folder = folder
        self._sayings = sayings
        self._wanted_labels = labels
        self._shown = f"{folder.parent.name}/{folder.name}"
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._labels: dict[Language, Mapping[str, str]] = {}
        self._found: dict[tuple[str, Language, str], jinja2.Template] = {}

    def has(self, template: str) -> bool:
        """Whether a template exists in at least one language."""
        return any((self._folder / language / f"{template}.j2").is_file() for language in LANGUAGES)

    def render(self, say: Say, language: Language, channel: str) -> Reply:
        if say.template == "text":
            text = str(say.data["text"])
        else:
            text = self._words(say.template, say.data, language, channel)
        return Reply(
            text=text.strip(),
            buttons=tuple(self._button(b, language) for b in say.buttons),
            photo=say.photo,
            template=say.template,
            source=(*say.source, f"{self._shown}/{language}/{say.template}.j2")
            if say.template != "text"
            else say.source,
        )

    def _words(self, name: str, data: Mapping[str, Any], language: Language, channel: str) -> str:
        try:
            return self._template(name, language, channel).render(data)
        except jinja2.TemplateNotFound as problem:
            raise TemplateError(f"no template {language}/{name}.j2 in {self._folder.name}") from problem
        except jinja2.TemplateError as problem:
            raise TemplateError(f"{language}/{name}.j2: {problem.message}") from problem

    def _template(self, name: str, language: Language, channel: str) -> jinja2.Template:
        """Looked up once: a look-up costs a fifth of a rendering."""
        key = (name, language, channel)
        if key not in self._found:
            names = [f"{channel}/{language}/{name}.j2", f"{language}/{name}.j2"]
            self._found[key] = self._environment.select_template(names)
        return self._found[key]

    def _button(self, button: Button, language: Language) -> RenderedButton:
        if button.words:
            return RenderedButton(button.label, button.action)
        try:
            return RenderedButton(self.labels(language)[button.label], button.action)
        except KeyError as problem:
            raise TemplateError(f"{language}/{_BUTTONS} has no label {button.label}") from problem

    def labels(self, language: Language) -> Mapping[str, str]:
        """Short words by name."""
        if language not in self._labels:
            module = self._environment.get_template(f"{language}/{_BUTTONS}").module
            self._labels[language] = module.labels  # type: ignore[attr-defined]
        return self._labels[language]

    def problems(self) -> list[Problem]:
        """Every template that is missing, cannot be parsed, or uses a variable it will not be given."""
        found = []
        for language in LANGUAGES:
            for name, variables in sorted(self._sayings.items()):
                if name != "text":
                    found += self._check(f"{language}/{name}.j2", variables)
            found += self._check_labels(language)
        for path in sorted(self._folder.glob("*/*.j2")):
            if path.stem not in self._sayings and not path.stem.startswith("_"):
                found += self._check(path.relative_to(self._folder).as_posix(), OWN_VARIABLES)
        return found

    def _check(self, name: str, variables: frozenset[str]) -> list[Problem]:
        shown = f"{self._shown}/{name}"
        path = self._folder / name
        if not path.is_file():
            return [Problem(shown, 0, "", "this template is missing")]
        try:
            tree = self._environment.parse(path.read_text(encoding="utf-8"))
        except jinja2.TemplateSyntaxError as problem:
            return [Problem(shown, problem.lineno, "", problem.message or "cannot be parsed")]
        except UnicodeDecodeError:
            return [Problem(shown, 0, "", "is not UTF-8 text")]
        unknown = meta.find_undeclared_variables(tree) - variables
        allowed = ", ".join(sorted(variables)) or "no variables"
        return [Problem(shown, 0, v, f"this template is not given {v!r}; it has {allowed}") for v in sorted(unknown)]

    def _check_labels(self, language: Language) -> list[Problem]:
        shown = f"{self._shown}/{language}/{_BUTTONS}"
        try:
            labels = self._environment.get_template(f"{language}/{_BUTTONS}").module.labels  # type: ignore[attr-defined]
        except (jinja2.TemplateError, AttributeError) as problem:
            return [Problem(shown, 0, "labels", str(problem) or "cannot be read")]
        missing = [name for name in self._wanted_labels if not labels.get(name)]
        return [Problem(shown, 0, name, "this label is missing") for name in missing]

    def texts(self) -> list[tuple[str, int, str]]:
        """(file, line, words) of every line of every template, for the check against forbidden phrases."""
        found = []
        for path in sorted(self._folder.rglob("*.j2")):
            shown = f"{self._folder.parent.name}/{path.relative_to(self._folder.parent).as_posix()}"
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found += [(shown, number, line) for number, line in enumerate(lines, 1)]
        return found


class JinjaPages:
    """Fulfils :class:`bot.core.ports_web.Pages`. Whatever a value holds, it stands on the page as text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def page(self, name: str, data: Mapping[str, Any]) -> str:
        try:
            return self._environment.get_template(name).render(data)
        except jinja2.TemplateNotFound as problem:
            raise TemplateError(f"no template {problem.name}") from problem
        except jinja2.TemplateError as problem:
            raise TemplateError(f"{name}: {problem.message}") from problem

    def problems(self, pages: Mapping[str, frozenset[str]]) -> list[Problem]:
        """Every page that is missing, cannot be parsed, or uses a variable it will not be given."""
        return [problem for name, variables in pages.items() for problem in self._check(name, variables)]

    def unparsed(self, folder: str) -> list[Problem]:
        """Every page below ``folder`` that cannot be parsed; none where there is no such folder."""
        pages = sorted(path for path in (self._folder / folder).rglob("*") if path.suffix in (".html", ".j2"))
        return [fault for path in pages if (fault := self._fault(path)) is not None]

    def _fault(self, path: Path) -> Problem | None:
        shown = f"{self._folder.name}/{path.relative_to(self._folder).as_posix()}"
        try:
            self._environment.parse(path.read_text(encoding="utf-8"))
        except jinja2.TemplateSyntaxError as problem:
            return Problem(shown, problem.lineno, "", problem.message or "cannot be parsed")
        except UnicodeDecodeError:
            return Problem(shown, 0, "", "is not UTF-8 text")
        return None

    def _check(self, name: str, variables: frozenset[str]) -> list[Problem]:
        shown = f"{self._folder.name}/{name}"
        try:
            tree = self._environment.parse((self._folder / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return [Problem(shown, 0, "", "this page is missing")]
        except jinja2.TemplateSyntaxError as problem:
            return [Problem(shown, problem.lineno, "", problem.message or "cannot be parsed")]
        except UnicodeDecodeError:
            return [Problem(shown, 0, "", "is not UTF-8 text")]
        found, defined = [], {macro.name for macro in tree.find_all(jinja2.nodes.Macro)}
        for parent in filter(None, meta.find_referenced_templates(tree)):
            # What the frame defines stands ready in the page's own blocks.
            found += self._check(parent, variables | self._macros(parent))
            defined |= self._macros(parent)
        unknown = meta.find_undeclared_variables(tree) - variables - defined
        allowed = ", ".join(sorted(variables))
        found += [Problem(shown, 0, v, f"this page is not given {v!r}; it has {allowed}") for v in sorted(unknown)]
        return found

    def _macros(self, name: str) -> set[str]:
        try:
            tree = self._environment.parse((self._folder / name).read_text(encoding="utf-8"))
        except (OSError, jinja2.TemplateSyntaxError, UnicodeDecodeError):
            return set()
        return {macro.name for macro in tree.find_all(jinja2.nodes.Macro)}

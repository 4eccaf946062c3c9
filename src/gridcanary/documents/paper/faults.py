"""What can be wrong with a template or an uploaded file."""

from __future__ import annotations

from gridcanary.contracts.errors import GridcanaryError


class TemplateFault(GridcanaryError):
    """A template that cannot be filled.

    Args:
        file: name of the template.
        tag: the tag at fault, as it stands in the template; empty where none can be named.
        problem: what is wrong and what to do.
    """

    def __init__(self, file: str, tag: str, problem: str) -> None:
        self.file, self.tag, self.problem = file, tag, problem
        super().__init__(f"{file}, {tag}: {problem}" if tag else f"{file}: {problem}")


class UnsafeFile(GridcanaryError):
    """A file that is not taken in: a macro, an outside link, another type than it claims.

    Args:
        file: name of the file.
        problem: what was found and what to do.
    """

    def __init__(self, file: str, problem: str) -> None:
        self.file, self.problem = file, problem
        super().__init__(f"{file}: {problem}")

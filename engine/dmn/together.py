"""Loads decision models that import one another (DMN 1.5, section 6.3.3)."""

from collections.abc import Mapping

from engine.dmn.documents import attribute, children, root_of
from engine.dmn.faults import DecisionError
from engine.dmn.model import Model, load
from engine.errors import EngineError

MAX_CHAIN = 20  # models that import one another in a row


def load_all(files: Mapping[str, bytes]) -> dict[str, Model | EngineError]:
    """Return for each file its model, with what it imports from the others by namespace, or what is wrong with it."""
    return _Loading(files).all()


class _Loading:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.loaded: dict[str, Model | EngineError] = {}
        self.by_namespace = {self._namespace(path): path for path in sorted(files)}

    def all(self) -> dict[str, Model | EngineError]:
        """Load every file, in their order."""
        for path in self.files:
            self._load(path, ())
        return {path: self.loaded[path] for path in self.files}

    def _namespace(self, path: str) -> str:
        try:
            return attribute(root_of(self.files[path]), "namespace")
        except EngineError:
            return ""  # told when the file itself is loaded

    def _load(self, path: str, waiting: tuple[str, ...]) -> Model | EngineError:
        if path not in self.loaded:
            try:
                self.loaded[path] = load(self.files[path], imports=self._imports(path, (*waiting, path)))
            except EngineError as error:
                self.loaded[path] = error
        return self.loaded[path]

    def _imports(self, path: str, waiting: tuple[str, ...]) -> dict[str, Model]:
        found: dict[str, Model] = {}
        for each in children(root_of(self.files[path]), "import"):
            namespace = attribute(each, "namespace")
            source = self.by_namespace.get(namespace) if namespace else None
            if source in waiting or len(waiting) > MAX_CHAIN:
                raise DecisionError(
                    f"These models import one another in a circle: {' → '.join((*waiting, str(source)))}."
                )
            model = self._load(source, waiting) if source is not None else None
            if isinstance(model, EngineError):
                raise DecisionError(f"It imports {source}, which cannot be read: {model.message}", remedy=model.remedy)
            if model is not None:
                found[namespace] = model
        return found

"""Functions out of installed packages whose other parts need torch or Qt: their own source, without the imports around it."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path


def source_of(package: str, file: str) -> Path:
    spec = importlib.util.find_spec(package)
    return Path(spec.submodule_search_locations[0]) / file


def take(package: str, file: str, names: list[str], given: dict) -> dict:
    """Runs the definitions of the given names (functions, classes, constants) of a file, in their order, among `given`."""
    path = source_of(package, file)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wanted = [node for node in tree.body if names_of(node) & set(names)]
    missing = set(names) - set().union(*(names_of(node) for node in wanted))
    assert not missing, f"{path} has no {missing}"
    future = ast.parse("from __future__ import annotations").body
    exec(compile(ast.Module(body=[*future, *wanted], type_ignores=[]), str(path), "exec"), given)
    return given


def names_of(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()

"""The home of typst: a process of its own that sets type, run by ``bot.formats.typeset`` and never imported.

Standard input holds what to set, as JSON; standard output gets the bytes. It has no secrets in its environment, sees
no file but those in an empty folder, and reaches no package: what people wrote comes as data, never as code.
"""

import contextlib
import json
import sys
from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryDirectory

import typst


def main() -> None:
    """Set one document. Where memory runs out, Linux is to end this process and not the bot: long tables take much."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    asked = json.load(sys.stdin.buffer)
    with TemporaryDirectory() as folder:
        root, packages = Path(folder, "root"), Path(folder, "packages")
        root.mkdir()
        packages.mkdir()
        for name, content in asked["files"].items():
            (root / name).write_bytes(b64decode(content))
        compiler = typst.Compiler(
            root=root,
            package_path=packages,
            package_cache_path=packages,
            ignore_system_fonts=not asked["system_fonts"],
        )
        broken = [name for name in asked["files"] if not _is_picture(compiler, name)]
        inputs = {"data": asked["data"], "broken": json.dumps(broken)}
        made = compiler.compile(
            asked["source"].encode(), format=asked["format"], ppi=asked["ppi"], timestamp=asked["timestamp"],
            pdf_tags=asked["tags"], sys_inputs=inputs,
        )  # fmt: skip
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"".join(made or ()))


def _is_picture(compiler: typst.Compiler, name: str) -> bool:
    """Whether that file can be shown: one that is broken must not take the document with it."""
    try:
        compiler.compile(f'#image("{name}", width: 1pt)'.encode(), format="pdf")
    except BaseException:  # noqa: BLE001 - a decoder that panics raises no Exception
        return False
    return True


if __name__ == "__main__":
    main()

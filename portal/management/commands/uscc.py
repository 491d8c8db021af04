"""Check unified social credit codes, given as arguments or in a file."""

from argparse import ArgumentParser
from typing import Any

from portal.management.tool import ToolCommand


class Command(ToolCommand):
    """Check unified social credit codes, given as arguments or in a file."""

    help = "docs/reference/tools.md"
    tool = "uscc"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take codes, or a file, or `-` for standard input."""
        parser.add_argument("codes", nargs="*", help="统一社会信用代码")
        parser.add_argument("--file", default="-", help="JSON 文件；- 表示标准输入")
        parser.add_argument("--lenient", action="store_true", help="校验位不符只提示，不判为无效")

    def body(self, options: dict[str, Any]) -> object:
        """Make a body of the arguments, if there are any."""
        if options["codes"]:
            mode = "lenient" if options["lenient"] else "strict"
            return {"codes": options["codes"], "mode": mode}
        return super().body(options)

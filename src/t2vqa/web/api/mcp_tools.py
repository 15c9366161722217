"""The API's functions as tools of the Model Context Protocol."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradio import Blocks
    from mcp.types import TextContent


def answer_in_json(page: Blocks) -> None:
    """Let the tools of a launched page answer with JSON, where Gradio gives Python's notation."""
    from mcp.types import TextContent

    def as_json(data: list[Any], _root_url: str) -> list[TextContent]:
        return [TextContent(type="text", text=json.dumps(one, ensure_ascii=False)) for one in data]

    server = page.mcp_server_obj
    if server is not None:
        # Not a subclass: Gradio makes the server itself, in `launch`.
        vars(server)["postprocess_output_data"] = as_json

"""The page in the browser."""

from t2vqa.web.server import launch_page, serve

__all__ = ["launch_page", "serve"]

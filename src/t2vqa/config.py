"""Settings, from ``T2VQA_*`` environment variables, ``t2vqa.toml`` and defaults, in that order."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from t2vqa.errors import ConfigError

BUNDLED_MODEL = "bundled"
"""The value of ``Settings.model`` that names the multilingual-e5-small that comes with t2vqa."""


class Settings(BaseSettings):
    """Everything a person may set. Each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="T2VQA_", toml_file="t2vqa.toml", extra="forbid", frozen=True
    )

    corpus: Path = Field(default=Path("corpus"), description="Folder of documents.")
    index: Path = Field(default=Path("index"), description="Folder of the index.")
    aliases: Path | None = Field(
        default=None,
        description="File of further names, a subject a line (甲公司 = 甲 = 600000); unset, "
        "aliases.txt in the corpus folder, where there is one.",
    )
    conversations: Path | None = Field(
        default=None,
        description="File that conversations and feedback are kept in; unset, one for this corpus "
        "in the user's data folder.",
    )
    cache: Path = Field(
        default_factory=lambda: user_cache_path("t2vqa", appauthor=False),
        description="Folder where the bundled model is prepared, once.",
    )
    model: str = Field(
        default=BUNDLED_MODEL,
        description="Embedding model: 'bundled', or a sentence-transformers hub name or folder.",
    )
    chroma_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+$",
        description="Address of a Chroma server for the vectors, such as http://localhost:8000; "
        "without one they are kept in the index folder.",
    )
    threads: int = Field(
        default=0, ge=0, description="Threads for embedding; 0 takes one a processor."
    )
    max_file_megabytes: float = Field(
        default=20.0, gt=0, description="Larger files of the corpus are skipped, with the reason."
    )
    passage_characters: int = Field(
        default=300, ge=80, description="Longest passage, unless one sentence is longer."
    )
    max_question_characters: int = Field(
        default=2000, ge=20, description="Longer questions are refused with a message."
    )
    language: Literal["auto", "zh", "en"] = Field(
        default="auto",
        description="Language of the page before a reader chooses: 'zh', 'en' or 'auto', the "
        "browser's.",
    )
    watch: bool = Field(
        default=True,
        description="Whether the chat follows changes of the documents by itself.",
    )
    watch_polling: bool = Field(
        default=False,
        description="Look for changes every few seconds instead of being told of them by the "
        "system; done anyway for network folders.",
    )
    manage_documents: bool = Field(
        default=True,
        description="Whether documents can be uploaded and removed on the page; switch it off "
        "where files are managed elsewhere.",
    )
    uploads: str = Field(
        default="uploads",
        description="Folder for uploaded documents, below the corpus folder.",
    )
    host: str = Field(default="127.0.0.1", description="Address the page listens on.")
    port: int = Field(default=7860, ge=1, le=65535, description="Port the page listens on.")
    auth: Path | None = Field(
        default=None,
        description="File of users (see `t2vqa user`); with one, page and API want a login, and "
        "without one they serve this machine only.",
    )
    open_access: bool = Field(
        default=False,
        description="Let other machines in without a login, where something in front of the page "
        "keeps strangers out.",
    )
    mcp: bool = Field(
        default=True, description="Offer the desk's research as MCP tools, below /gradio_api/mcp/."
    )

    @field_validator("uploads")
    @classmethod
    def _below_the_corpus(cls, value: str) -> str:
        parts = value.replace("\\", "/").split("/")
        hidden = any(part.startswith((".", "~")) or part.endswith("~") for part in parts)
        if not value.strip() or hidden or not all(parts) or ":" in value or "\0" in value:
            raise ValueError("give the name of a folder below the corpus folder that is not hidden")
        return "/".join(parts)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, then ``t2vqa.toml``."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: object) -> Settings:
    """Read the settings; ``overrides`` that are not None win over every other source.

    Raises:
        ConfigError: A value cannot be used; the message names the setting and the reason.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks the types
    except ValidationError as error:
        lines = [
            f"  {'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors()
        ]
        raise ConfigError(
            "A setting cannot be used (T2VQA_* variables or t2vqa.toml):\n" + "\n".join(lines)
        ) from error

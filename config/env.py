"""Read settings from the environment, and secrets from files only their owner can read."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

TRUE = {"1", "true", "yes", "on"}


def text(name: str, default: str = "") -> str:
    """Give an environment variable as text."""
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """Give an environment variable as yes or no."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in TRUE


def one_of(name: str, default: str, known: tuple[str, ...]) -> str:
    """Give an environment variable that must be one of some words."""
    value = text(name) or default
    if value not in known:
        raise ValueError(f"{name} must be one of: {', '.join(known)}")
    return value


def listed(name: str, default: str = "") -> list[str]:
    """Give a comma-separated environment variable as a list."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def secret_file(path: Path, size: int = 32) -> bytes:
    """Read a secret of `size` bytes, making it (mode 0600) the first time.

    Two processes that start together agree: the first link wins, the other reads it.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(size))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()


def database(url: str, var: Path) -> dict[str, object]:
    """Turn DATABASE_URL into Django's setting; empty means SQLite in `var`."""
    if not url:
        return sqlite(var / "yangguang.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with sqlite:// or postgresql://")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12}, **query},
    }


def sqlite(path: Path) -> dict[str, object]:
    """SQLite that loses nothing: FULL, because NORMAL may lose a receipted bid when power fails
    (sealing.md 6.5).
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
        "TEST": {"NAME": None},
    }

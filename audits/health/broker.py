"""The broker as it is: whether it answers, and whether it could lose what is queued."""

from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings

# In the order in which workers look at them.
QUEUES = ("people", "scans", "histories")
PATIENCE = 0.3


@dataclass(frozen=True)
class Broker:
    """`policy` and `appendonly` are "" where the server does not tell, as rented ones often do not. `messages` are by
    queue those that wait; what a worker holds already is not among them."""

    answers: bool = False
    version: str = ""
    policy: str = ""
    appendonly: str = ""
    used: int = 0
    limit: int = 0
    messages: dict[str, int] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences for an admin: what could lose a queued scan's message."""
        if not self.answers:
            return (
                "The broker does not answer: nothing is scanned until it does, and what is asked for waits. Start it, "
                "or look at its log and at REDIS_URL.",
            )
        found = []
        if self.policy and self.policy != "noeviction":
            found.append(
                f"The broker throws messages away when its memory is full ({self.policy}). Set maxmemory-policy to "
                "noeviction."
            )
        if self.appendonly and self.appendonly != "yes":
            found.append("The broker forgets what is queued when it restarts. Set appendonly to yes.")
        return tuple(found)


def connect() -> "redis.Redis":
    """A client that gives up soon: pages and probes wait for it."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, decode_responses=True
    )


def answers() -> bool:
    client = connect()
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def look() -> Broker:
    """One look; a server that does not answer is a Broker too."""
    client = connect()
    try:
        server, memory = client.info("server"), client.info("memory")
        counts = {queue: int(client.llen(queue)) for queue in QUEUES}
        policy = str(memory.get("maxmemory_policy", ""))
        return Broker(
            answers=True,
            version=_version(server),
            policy=policy,
            appendonly=_setting(client, "appendonly"),
            used=int(memory.get("used_memory", 0)),
            limit=int(memory.get("maxmemory", 0)),
            messages=counts,
        )
    except redis.RedisError:
        return Broker()
    finally:
        client.close()


def _version(server: dict[str, Any]) -> str:
    if valkey := server.get("valkey_version"):
        return f"Valkey {valkey}"
    return f"Redis {server.get('redis_version', '')}"


def _setting(client: "redis.Redis", name: str) -> str:
    try:
        return str(client.config_get(name).get(name, ""))
    except redis.ResponseError:
        # Servers of cloud providers refuse CONFIG; nothing is known then.
        return ""

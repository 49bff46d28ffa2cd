"""Files of a workspace: uploaded by the app or sent by people, kept with their bytes in the state file."""

import hmac
import mimetypes
import time
from dataclasses import dataclass
from urllib.parse import quote

from bot.playground import place_events
from bot.playground.store import Document
from bot.playground.talk import Talk
from bot.playground.workspace import mint

LARGEST_FILE = 20 * 1024 * 1024
PENDING, HOSTED = "pending", "hosted"


@dataclass(frozen=True)
class Upload:
    """A file as it is handed in."""

    name: str
    mimetype: str
    content: bytes


class Files:
    """Every file by its id, in table `file` of the workspace; the bytes lie beside the tables."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._workspace = talk.workspace
        self._store = talk.workspace.store
        self._kept = talk.workspace.table("file")

    def reserve(self, name: str, length: int) -> Document:
        """A place for a file that the app is about to upload; the answer of files.getUploadURLExternal."""
        file_id, ticket = mint("F"), mint("", 32)
        kept = {"id": file_id, "name": name, "size": length, "user": self._workspace.bot, "ticket": ticket}
        self._kept.put(file_id, {**kept, "mode": PENDING, "created": int(time.time())})
        return {"upload_url": f"{self._talk.origin}/upload/v1/{self._workspace.team.id}/{ticket}", "file_id": file_id}

    def receive(self, ticket: str, content: bytes) -> Document | None:
        """Take the bytes of a reserved file; None for a ticket that is not, or was used."""
        found = next((one for one in self._kept.all() if hmac.compare_digest(one.get("ticket", ""), ticket)), None)
        if not ticket or found is None or found["mode"] != PENDING or "received" in found:
            return None
        with self._store.batch():
            self._store.put_blob(self._place(found["id"]), content)
            self._kept.put(found["id"], {**found, "size": len(content), "received": True})
        return found

    def uploaded(self, file_id: str) -> bool:
        """Whether the bytes of a reserved file have come and it is not complete yet."""
        kept = self._kept.get(file_id)
        return bool(kept and kept["mode"] == PENDING and kept.get("received"))

    def complete(self, file_id: str, title: str) -> Document:
        """Make a received file a file of the workspace."""
        kept = dict(self._kept.get(file_id) or {})
        kept.pop("ticket", None)
        kept |= {"mode": HOSTED, "title": title or kept["name"], "mimetype": _mimetype(kept["name"])}
        self._kept.put(file_id, kept)
        return kept

    def add(self, user: str, upload: Upload) -> Document:
        """A file that a person sends."""
        file_id = mint("F")
        about = {"id": file_id, "name": upload.name, "title": upload.name, "user": user, "size": len(upload.content)}
        kind = {"mimetype": upload.mimetype or _mimetype(upload.name), "mode": HOSTED, "created": int(time.time())}
        with self._store.batch():
            self._store.put_blob(self._place(file_id), upload.content)
            self._kept.put(file_id, {**about, **kind})
        return {**about, **kind}

    def share(
        self, channel: Document, author: Document, text: str, files: list[Document], thread: str | None
    ) -> Document:
        """Post files into a channel; the message."""
        share = {"subtype": "file_share", "upload": False, "display_as_bot": False}
        with self._store.batch():
            message = self._talk.post(
                channel, {**author, **share}, text, thread_ts=thread, files=[self._in_message(one) for one in files]
            )
            for one in files:
                places = [*one.get("places", []), {"channel": channel["id"], "ts": message["ts"]}]
                self._kept.put(one["id"], {**one, "places": places})
            shown = [place_events.file_shared(self._workspace, channel, one) for one in files]
            self._talk.tell(channel, *shown)
        return message

    def get(self, file_id: str) -> Document | None:
        """A complete file, or None."""
        kept = self._kept.get(file_id)
        return kept if kept and kept["mode"] == HOSTED else None

    def is_seen(self, file: Document) -> bool:
        """Whether the app may see it: its own, or one of a channel that its bot is in."""
        channels = [self._workspace.channels.get(place["channel"]) for place in file.get("places", [])]
        joined = any(one and self._workspace.is_member(one, self._workspace.bot) for one in channels)
        return file["user"] == self._workspace.bot or joined

    def content(self, file_id: str) -> bytes | None:
        """The bytes of a file."""
        return self._store.get_blob(self._place(file_id))

    def delete(self, file: Document) -> None:
        """Delete a file; messages keep a stone in its place."""
        with self._store.batch():
            self._kept.delete(file["id"])
            self._store.delete_blob(self._place(file["id"]))
            for place in file.get("places", []):
                self._mark(place, file["id"])
            self._talk.announce(place_events.file_deleted(self._workspace, file))

    def _mark(self, place: Document, file_id: str) -> None:
        channel = self._workspace.channels.get(place["channel"])
        message = self._workspace.message(place["channel"], place["ts"])
        if channel and message:
            stone = {"id": file_id, "mode": "tombstone"}
            left = [stone if one["id"] == file_id else one for one in message.get("files", [])]
            self._talk.change(channel, message, {"files": left}, None)

    def describe(self, file: Document) -> Document:
        """A file with everything that is known of it."""
        return self._workspace.link_file(self._describe(file))

    def _in_message(self, file: Document) -> Document:
        """A file as messages show it; of another workspace's people only that there is one."""
        home = (self._workspace.users.get(file["user"]) or {}).get("team_id", self._workspace.team.id)
        if home != self._workspace.team.id:
            return {"id": file["id"], "mode": "file_access", "file_access": "check_file_info", "created": 0}
        return self._describe(file)

    def _describe(self, file: Document) -> Document:
        name = quote(file["name"], safe="")
        private = f"/files-pri/{self._workspace.team.id}-{file['id']}"
        extension = file["name"].rpartition(".")[2].lower() if "." in file["name"] else "binary"
        places = [place["channel"] for place in file.get("places", [])]
        return {
            **{key: file[key] for key in ("id", "created", "name", "title", "mimetype", "user", "size", "mode")},
            "timestamp": file["created"],
            "filetype": extension,
            "pretty_type": extension.upper(),
            "user_team": self._workspace.team.id,
            "editable": False,
            "is_external": False,
            "external_type": "",
            "is_public": bool(places),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{private}/{name}",
            "url_private_download": f"{private}/download/{name}",
            "permalink": f"/files/{file['user']}/{file['id']}/{name}",
            "channels": [one for one in places if one.startswith("C")],
            "groups": [],
            "ims": [one for one in places if one.startswith("D")],
            "has_rich_preview": False,
            "file_access": "visible",
            "comments_count": 0,
        }

    def _place(self, file_id: str) -> str:
        return f"{self._workspace.team.id}/{file_id}"


def _mimetype(name: str) -> str:
    return mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"

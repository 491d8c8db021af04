"""The command line of bidders and custodians: one command a step.

Answers are JSON on standard output; progress and refusals go to standard error. Exit code 0, or 2
when refused or when `check` finds an error, or 130 when interrupted.
The passphrase of a key file is asked for, or taken from SEALING_PASSPHRASE; the platform's token
from SEALING_TOKEN.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bidding.sealing import bidder, custodian, folder, keys, strict
from bidding.sealing.client import Client, Json
from bidding.sealing.custodian import check_closed
from bidding.sealing.errors import SealingError
from bidding.sealing.folder import Folder
from bidding.sealing.format import STAGES, commit_hash
from bidding.sealing.keys import Key
from bidding.sealing.opening import check_stage_key
from bidding.sealing.policy import parse_policy
from bidding.sealing.receipt import verify_receipt, write_time
from bidding.sealing.suites import x25519
from kernel.errors import Conflict, DomainError, Invalid
from kernel.text import gettext_noop as _
from ledger.note import Verifier, parse_verifier

Options = argparse.Namespace
REFUSED: Final = 2
INTERRUPTED: Final = 130  # as a shell says it
LEAST_PASSPHRASE: Final = 10  # characters, as in the browser
PASSPHRASE_VARIABLE: Final = "SEALING_PASSPHRASE"  # noqa: S105 the name of a variable
TOKEN_VARIABLE: Final = "SEALING_TOKEN"  # noqa: S105 the name of a variable


def main(arguments: Sequence[str]) -> int:
    """Run one command and give the exit code."""
    options = _parser().parse_args(arguments)
    run: Callable[[Options], Json] = options.run
    try:
        answer = run(options)
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    except DomainError as error:
        return _refuse(error.code, error.text(), error.facts)
    except OSError as error:
        refusal = _file_refusal(error)
        return _refuse(refusal.code, refusal.text(), refusal.facts)
    except KeyboardInterrupt:
        refusal = Conflict(
            "cli.interrupted", _("已中断。已密封和已上传的部分保留，再运行一次即可。")
        )
        _refuse(refusal.code, refusal.text(), refusal.facts)
        return INTERRUPTED
    return REFUSED if run is check and _has_errors(answer) else 0


def _file_refusal(error: OSError) -> DomainError:
    path = str(error.filename or "")
    if isinstance(error, FileNotFoundError):
        return Invalid("cli.file", _("找不到“%(path)s”。请检查路径。"), path=path)
    message = _("读写不了“%(path)s”：%(reason)s。")
    return Invalid("cli.file", message, path=path, reason=error.strerror or str(error))


def _has_errors(found: Json) -> bool:
    lines = [line for found_in in found.values() if isinstance(found_in, list) for line in found_in]
    return any(line["level"] == "error" for line in lines)


def _refuse(code: str, message: str, facts: Json) -> int:
    refusal = {"code": code, "message": message, "facts": facts}
    print(json.dumps(refusal, ensure_ascii=False, default=str), file=sys.stderr)
    return REFUSED


def _passphrase(path: str) -> str:
    found = os.environ.get(PASSPHRASE_VARIABLE) or getpass.getpass(f"{path}: ")
    if not found:
        raise Invalid("cli.passphrase_empty", _("口令不能为空。"))
    return found


def _new_passphrase(path: str) -> str:
    """Take the passphrase of a key that is made; a short one protects nothing."""
    found = _passphrase(path)
    if len(found) < LEAST_PASSPHRASE:
        message = _("口令至少 %(least)s 个字符。")
        raise Invalid("client.passphrase_short", message, least=LEAST_PASSPHRASE)
    return found


def _custodian_key(path: str) -> Key:
    key = _key(path)
    if key.kind != "custodian":
        raise SealingError("seal.key_file")
    return key


def _key(path: str) -> Key:
    """Read a key: a file under a passphrase, or a paper key as text."""
    content = Path(path).read_bytes()
    if content.lstrip()[:1] == b"{":
        return keys.unlock(content, _passphrase(path))
    return keys.from_paper(content.decode("utf-8", "replace"))


def _write_new(path: Path, content: bytes) -> None:
    if path.exists():
        message = _("“%(path)s”已存在，不会覆盖密钥。请换一个位置。")
        raise Conflict("cli.key_exists", message, path=str(path))
    folder.write_safely(path, content)


def _client(options: Options) -> Client:
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        raise Invalid("cli.token", _("请把平台的访问令牌放在环境变量 SEALING_TOKEN 中。"))
    return Client(options.server, token)


# --- keys --------------------------------------------------------------------------------------


def keygen(options: Options) -> Json:
    """Make a bidder's two keys: a device key file under a passphrase, and a paper key."""
    device, paper = keys.new_key("bidder-device"), keys.new_key("bidder-paper")
    _write_new(Path(options.device), keys.lock(device, _new_passphrase(options.device)))
    _write_new(Path(options.paper), f"{keys.to_paper(paper)}\n".encode())
    return {"device": keys.public_record(device), "paper": keys.public_record(paper)}


def custodian_keygen(options: Options) -> Json:
    """Make a custodian's seed, from which a fresh key for each tender and stage is derived."""
    content = keys.lock(keys.new_key("custodian"), _new_passphrase(options.key))
    _write_new(Path(options.key), content)
    return {"key": options.key}


def stage_key(options: Options) -> Json:
    """Give the public key that a custodian announces for one tender and stage."""
    private = _custodian_key(options.key).stage(options.tender, options.stage)
    public = strict.base64url(x25519.public_of(private))
    return {"tender": options.tender, "stage": options.stage, "public": public}


# --- bidders -----------------------------------------------------------------------------------


def fetch_policy(options: Options) -> Json:
    """Ask the platform for a tender's policy and keep the answer in a file."""
    answer = _client(options).policy(options.tender)
    folder.write_safely(Path(options.policy), strict.write(answer), 0o644)
    return {"policy": options.policy, "digest": answer.get("digest")}


def _offer(options: Options) -> bidder.Offer:
    answer = bidder.read_answer(Path(options.policy))
    return bidder.Offer(answer, options.lot, options.bidder, Path(options.input))


def check(options: Options) -> Json:
    """List what would get the bid refused, without sealing anything."""
    offer = _offer(options)
    return {
        stage: [
            {"level": found.level, "code": found.code, "message": found.text()}
            for found in bidder.check(offer, stage)
        ]
        for stage in _stages(options, offer)
    }


def _stages(options: Options, offer: bidder.Offer) -> Sequence[str]:
    return [options.stage] if options.stage else parse_policy(offer.policy).stages


def seal(options: Options) -> Json:
    """Seal the input folder into an envelope folder; again, with --stage, to change one stage."""
    offer, device, paper = _offer(options), _key(options.device), _key(options.paper)
    bid = bidder.open_folder(Path(options.envelope), offer, device, escrow=options.escrow)
    sealed = {
        stage: bidder.seal_stage(bid, offer, stage, device, paper)
        for stage in _stages(options, offer)
    }
    return {name: {"version": stage.ver, **stage.entry} for name, stage in sealed.items()}


def submit(options: Options) -> Json:
    """Upload what is missing and hand in the commit; run it again after any interruption."""
    return _hand_in(options, withdraw=False)


def withdraw(options: Options) -> Json:
    """Withdraw the bid before the deadline."""
    return _hand_in(options, withdraw=True)


def _hand_in(options: Options, *, withdraw: bool) -> Json:
    bid, client = folder.load(Path(options.envelope)), _client(options)
    device = _key(options.device)
    bidder.reconcile(bid, client, _receipt_key(options))
    bidder.prepare(bid, withdraw=withdraw)
    return bidder.submit(bid, client, device, _receipt_key(options))


def _receipt_key(options: Options) -> Verifier | None:
    return parse_verifier(options.receipt_key) if options.receipt_key else None


def status(options: Options) -> Json:
    """Say what the folder knows and, with --server, what the platform has."""
    bid = folder.load(Path(options.envelope))
    found = bidder.local_status(bid)
    if options.server:
        found["platform"] = _client(options).receipts(bid.state.tender)
    return found


def unlock(options: Options) -> Json:
    """Hand in the bidder's share in the unlock window; without --server, only print it."""
    bid: Folder = folder.load(Path(options.envelope))
    share = bidder.share_of(bid, options.stage, _key(options.key))
    if not options.server:
        return {"share": strict.base64url(share)}
    return _client(options).hand_in_share(bid.state.tender, options.stage, bid.state.lot, share)


def recover(options: Options) -> Json:
    """Ask in the unlock window for recovery: both keys are lost and the share was escrowed."""
    bid: Folder = folder.load(Path(options.envelope))
    bidder.check_escrowed(bid, options.stage)
    return _client(options).request_recovery(bid.state.tender, options.stage, bid.state.lot)


def verify(options: Options) -> Json:
    """Check a receipt's signature and, with --commit, that it is for this commit."""
    commit = commit_hash(Path(options.commit).read_bytes()) if options.commit else None
    note = Path(options.receipt).read_text(encoding="utf-8")
    receipt = verify_receipt(note, parse_verifier(options.receipt_key), commit)
    return {
        "tender": receipt.tender,
        "commit": receipt.commit.hex(),
        "accepted_at": write_time(receipt.accepted),
        "included_by": "closing" if receipt.tick is None else f"tick {receipt.tick}",
    }


# --- custodians --------------------------------------------------------------------------------


def release(options: Options) -> Json:
    """Publish a custodian's stage key after the unlock window; without --server, print it."""
    answer = bidder.read_answer(Path(options.policy))
    policy = parse_policy(strict.binary(answer.get("policy")))
    private = _custodian_key(options.key).stage(policy.tender, options.stage)
    check_stage_key(policy, options.stage, options.index, private)
    check_closed(answer, datetime.now(UTC))  # noqa: TID251 the custodian's own clock is the point
    if not options.server:
        return {"index": options.index, "private": strict.base64url(private)}
    client = _client(options)
    state = client.hall(policy.tender, options.stage).get("state")
    if state != "releasing":
        message = _("开标大厅还没有进入启封环节（现为 %(state)s），不公布密钥。")
        raise Conflict("custodian.too_early", message, state=str(state))
    return client.release_key(policy.tender, options.stage, options.index, private)


def release_parts(options: Options) -> Json:
    """Release this recovery custodian's parts of the bids whose bidders asked; never its key."""
    answer, client = bidder.read_answer(Path(options.policy)), _client(options)
    policy = parse_policy(strict.binary(answer.get("policy")))
    check_closed(answer, datetime.now(UTC))  # noqa: TID251 the custodian's own clock is the point
    asked = client.recoveries(policy.tender, options.stage)
    key, only = _custodian_key(options.key), options.commit or ""
    found = list(custodian.parts_asked_for(policy, options.stage, key, asked, only))
    if not found:
        raise Conflict("custodian.nothing_asked", _("没有等待您释放份额的恢复申请。"))
    for one in found:
        client.release_part(policy.tender, options.stage, one.commit, one.part)
    return {"released": [{"commit": one.commit, "bidder": one.bidder} for one in found]}


# --- the parser --------------------------------------------------------------------------------

HELP: Final = {
    "device": "bidder's device key file",
    "paper": "bidder's paper key, as text",
    "key": "key file, or paper key as text",
    "tender": "public code of the tender",
    "stage": "one of " + ", ".join(STAGES),
    "policy": "file with the platform's answer about the policy",
    "lot": "number of the lot",
    "bidder": "unified social credit code of the bidder",
    "input": "folder with fields.json and the files, or one such sub-folder a stage",
    "envelope": "envelope folder",
    "server": "address of the platform",
    "receipt": "receipt file",
    "receipt-key": "the installation's receipt key: name+id+key",
    "commit": "commit file; for release-part the commit's hash in hexadecimal, to release one only",
    "index": "the custodian's place in the policy",
    "escrow": "also seal the share to the recovery set",
}
_OFFER: Final = ("policy", "lot", "bidder", "input", "stage?")
COMMANDS: Final[dict[str, tuple[Callable[[Options], Json], tuple[str, ...]]]] = {
    "keygen": (keygen, ("device", "paper")),
    "custodian-keygen": (custodian_keygen, ("key",)),
    "stage-key": (stage_key, ("key", "tender", "stage")),
    "policy": (fetch_policy, ("server", "tender", "policy")),
    "check": (check, _OFFER),
    "seal": (seal, (*_OFFER, "envelope", "device", "paper", "escrow!")),
    "submit": (submit, ("envelope", "server", "device", "receipt-key?")),
    "status": (status, ("envelope", "server?")),
    "withdraw": (withdraw, ("envelope", "server", "device", "receipt-key?")),
    "unlock": (unlock, ("envelope", "stage", "key", "server?")),
    "recover": (recover, ("envelope", "stage", "server")),
    "release-part": (release_parts, ("policy", "stage", "key", "server", "commit?")),
    "release": (release, ("policy", "stage", "index", "key", "server?")),
    "verify-receipt": (verify, ("receipt", "receipt-key", "commit?")),
}


def _parser() -> argparse.ArgumentParser:
    """Build the parser from the table: `?` marks an option, `!` a switch, the rest are required."""
    parser = argparse.ArgumentParser(prog="python -m bidding.sealing", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, options) in COMMANDS.items():
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        for option in options:
            _add(command, option)
    return parser


def _add(command: argparse.ArgumentParser, option: str) -> None:
    name = option.rstrip("?!")
    if option.endswith("!"):
        command.add_argument(f"--{name}", action="store_true", help=HELP[name])
    elif name == "index":
        command.add_argument("--index", required=True, type=int, help=HELP[name])
    else:
        required = not option.endswith("?")
        command.add_argument(f"--{name}", required=required, help=HELP[name])

"""The cast: a small town's trading centre, with every kind of user once and its organisations.

The first member listed for an organisation is its administrator.

world = cast(AT)
services.publish_tender(actor=world.actor("sun"), code=…, at=AT)
world.client("chen").get("/desk/")
"""

from dataclasses import dataclass
from datetime import datetime

from django.test import Client

from accounts import queries
from accounts.domain import PUBLIC, Actor
from accounts.models import Organisation, Role, User
from tests import factories
from tests.factories import AT, PASSWORD, credit_code

__all__ = ["AT", "EXPERTS", "FOURTH", "PASSWORD", "World", "cast", "credit_code", "fourth_bidder"]

# key: name, code, size
ORGANISATIONS = {
    "hospital": ("新安市第一人民医院", credit_code(1, kind="12", region="410900"), "none"),
    "agency": ("清源招标代理有限公司", credit_code(2), "small"),
    "centre": ("新安市公共资源交易中心", credit_code(3, kind="12", region="410900"), "none"),
    "finance": ("新安市财政局", credit_code(4, kind="11", region="410900"), "none"),
    "notary": ("新安市公证处", credit_code(5, kind="12", region="410900"), "none"),
    "audit": ("新安市审计局", credit_code(6, kind="11", region="410900"), "none"),
    "chenguang": ("晨光医疗科技有限公司", credit_code(7), "small"),
    "zhaoyang": ("朝阳信息技术有限公司", credit_code(8), "medium"),
    "hupo": ("琥珀办公设备有限公司", credit_code(9), "micro"),
}
# user name: name, role, organisation's key (None: held in person)
PEOPLE = {
    "lin": ("林晓", "purchaser", "hospital"),
    "sun": ("孙洁", "agency", "agency"),
    "qian": ("钱勇", "centre_ops", "centre"),
    "zhou": ("周平", "centre_admin", "centre"),
    "zheng": ("郑岩", "centre_inspector", "centre"),
    "wang": ("王敏", "regulator", "finance"),
    "feng": ("冯正", "notary", "notary"),
    "tang": ("唐宁", "auditor", "audit"),
    "chen": ("陈立", "bidder", "chenguang"),
    "zhao": ("赵倩", "bidder", "zhaoyang"),
    "hu": ("胡斌", "bidder", "hupo"),
    "wu": ("吴哲", "expert", None),
    "luo": ("罗敏", "expert", None),
    "song": ("宋凯", "expert", None),
    "gao": ("高岚", "expert", None),
    "xie": ("谢军", "expert", None),
    "han": ("韩雪", "expert", None),
    "deng": ("邓伟", "expert", None),
    "mei": ("梅芳", "social_supervisor", None),
    "he": ("何敏", None, None),
}
EXPERTS = tuple(name for name, (_, role, _) in PEOPLE.items() if role == "expert")
BIDDERS = tuple(name for name, (_, role, _) in PEOPLE.items() if role == "bidder")


@dataclass(frozen=True)
class World:
    """Who there is; `at` is the instant from which they hold their roles."""

    at: datetime
    people: dict[str, User]
    organisations: dict[str, Organisation]

    def actor(self, name: str, at: datetime | None = None) -> Actor:
        """Give a member as rules see them at an instant; "public" is nobody."""
        return PUBLIC if name == "public" else queries.actor(self.people[name], at or self.at)

    def person(self, name: str) -> User:
        """Give a member's account."""
        return self.people[name]

    def organisation_of(self, name: str) -> Organisation:
        """Give the organisation a member works for."""
        key = PEOPLE[name][2] if name in PEOPLE else name
        assert key, f"{name} works for nobody"
        return self.organisations[key]

    def client(self, name: str) -> Client:
        """Give a browser in which the member has signed in; "public" has not."""
        client = Client()
        if name != "public":
            client.force_login(self.people[name], "django.contrib.auth.backends.ModelBackend")
        return client

    def status(self, name: str, path: str) -> int:
        """Give the status with which a page answers a member."""
        return self.client(name).get(path).status_code


FOURTH = ("qiu", "邱宁", "秋实数字科技有限公司")
FOURTH_SERIAL = 10


def fourth_bidder(world: World) -> None:
    """Add one more bidder, "qiu", for stories in which one of three left over fails."""
    name, person, body = FOURTH
    made = factories.organisation(body, uscc=credit_code(FOURTH_SERIAL), size="small", at=world.at)
    world.organisations[name] = made
    world.people[name] = factories.person(name, person)
    factories.role(world.people[name], "bidder", made, at=world.at)
    made.administrator = world.people[name]
    made.save(update_fields=["administrator"])


def cast(at: datetime = AT) -> World:
    """Make the whole cast, each with their role from `at` on, in three questions: nearly every test
    begins with it.
    """
    people = {key: factories.unsaved_person(key, name) for key, (name, _, _) in PEOPLE.items()}
    User.objects.bulk_create(people.values())
    organisations = {
        key: factories.unsaved_organisation(name, uscc=code, size=size, at=at)
        for key, (name, code, size) in ORGANISATIONS.items()
    }
    for key, (_, _, body) in PEOPLE.items():
        if body:
            organisations[body].administrator = organisations[body].administrator or people[key]
    Organisation.objects.bulk_create(organisations.values())
    Role.objects.bulk_create(
        factories.unsaved_role(people[key], role, organisations[body] if body else None, at=at)
        for key, (_, role, body) in PEOPLE.items()
        if role
    )
    return World(at, people, organisations)

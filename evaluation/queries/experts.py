"""Which experts may be drawn at all: shared by every draw from the pool."""

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import Organisation, Role
from evaluation.models import Expert


def experts_free_of(parties: Collection[int]) -> QuerySet[Expert]:
    """Give the available experts who have nothing to do with these organisations.

    Left out is who works for, acts for here, or has an interest in, one of them (GPR art. 9,
    M87 47); an employer that is known by its name alone is compared by name.
    """
    names = Organisation.objects.filter(pk__in=parties).values("name")
    acting = Role.objects.filter(organisation_id__in=parties).values("person_id")
    experts = Expert.objects.filter(available=True).select_related("person").order_by("code")
    free = experts.exclude(employer_id__in=parties).exclude(interests__in=parties)
    return free.exclude(employer_name__in=names).exclude(person_id__in=acting)

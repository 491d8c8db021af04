"""The forms about people and organisations: they parse, the services decide."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import domain
from accounts.domain import OrganisationDetails, PersonDetails
from kernel.errors import Conflict, Invalid

Result = TypeVar("Result")


def accepted(form: forms.BaseForm, service: Callable[[], Result]) -> Result | None:
    """Call the service; a refusal that better input would mend goes beside its field."""
    try:
        return service()
    except (Conflict, Invalid) as refusal:
        named = str(refusal.facts.get("field", ""))
        form.add_error(
            named if named in form.fields else None, refusal.text(gettext(refusal.message))
        )
        return None


def role_choices(roles: Iterable[str]) -> list[tuple[str, str]]:
    """Give the roles in the order of the table, by their translated titles."""
    kept = set(roles)
    return [(role, gettext(title)) for role, title in domain.ROLES.items() if role in kept]


class OrganisationForm(forms.Form):
    """What an organisation declares of itself, without code and name."""

    legal_representative = forms.CharField(label=_("法定代表人"), max_length=40)
    address = forms.CharField(label=_("注册地址"), max_length=200)
    phone = forms.CharField(label=_("单位电话"), max_length=30)
    size = forms.ChoiceField(
        label=_("企业规模"),
        help_text=_("按工信部联企业〔2011〕300号划型；小型、微型企业在评审中享受价格扣除。"),
        choices=[
            ("", _("请选择")),
            ("micro", _("微型企业")),
            ("small", _("小型企业")),
            ("medium", _("中型企业")),
            ("large", _("大型企业")),
            ("none", _("不适用（机关、事业单位等）")),
        ],
    )
    bank_account = forms.CharField(
        label=_("基本账户"),
        help_text=_("退还保证金用；只有本单位和交易中心能看到。"),
        max_length=60,
        required=False,
    )

    def details(self, uscc: str, name: str) -> OrganisationDetails:
        """Give the details as the rules take them."""
        names = ["legal_representative", "address", "phone", "size", "bank_account"]
        return OrganisationDetails(
            uscc=uscc, name=name, **{field: self.cleaned_data[field] for field in names}
        )


class NewOrganisationForm(OrganisationForm):
    """An organisation with code and name."""

    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        help_text=_("营业执照或登记证书上的 18 位代码，系统按国家标准校验。"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("单位名称"), help_text=_("与营业执照上的全称一致。"), max_length=120
    )
    as_printed = forms.BooleanField(
        label=_("证照上印的就是这个代码"),
        help_text=_("少数早期赋码的校验位与标准不符但合法有效；只在校验不通过而代码无误时勾选。"),
        required=False,
    )
    field_order = ["uscc", "as_printed", "name"]

    def new_details(self) -> OrganisationDetails:
        """Give the details as the rules take them."""
        return self.details(self.cleaned_data["uscc"], self.cleaned_data["name"])


class PersonForm(forms.Form):
    """A person who will sign in."""

    person_name = forms.CharField(
        label=_("姓名"), max_length=40, widget=forms.TextInput({"autocomplete": "name"})
    )
    person_phone = forms.CharField(
        label=_("手机"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    username = forms.CharField(
        label=_("用户名"),
        help_text=_("登录用：2 至 30 位小写字母、数字、点、横线或下划线，以字母开头。"),
        max_length=30,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("密码"),
        help_text=_("至少 10 位，不能全是数字，也不能是常见密码。"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        cleaned = super().clean() or {}
        if cleaned.get("password") != cleaned.get("again") and "again" in cleaned:
            self.add_error("again", _("两次输入的密码不一致。"))
        return cleaned

    def person(self) -> PersonDetails:
        """Give the person as the rules take it."""
        given = self.cleaned_data
        return PersonDetails(given["username"], given["person_name"], given["person_phone"])


class SupplierForm(NewOrganisationForm, PersonForm):
    """A supplier and the first of its people."""

    declared = forms.BooleanField(
        label=_("我单位声明：以上信息真实、完整，并同意向社会公示。"),
    )
    field_order = [
        "uscc",
        "as_printed",
        "name",
        "legal_representative",
        "address",
        "phone",
        "size",
        "bank_account",
        "person_name",
        "person_phone",
        "username",
        "password",
        "again",
        "declared",
    ]


class OneselfForm(PersonForm):
    """Somebody who opens an account for themselves."""

    declared = forms.BooleanField(label=_("姓名与本人身份证一致。"))


class StaffForm(PersonForm):
    """A new person of the own organisation, with the role to begin with."""

    role = forms.ChoiceField(label=_("角色"))
    field_order = ["person_name", "person_phone", "role", "username", "password", "again"]

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(roles)  # type: ignore[attr-defined]


class ColleagueForm(forms.Form):
    """A role for somebody who has an account already."""

    username = forms.CharField(
        label=_("用户名"), max_length=30, widget=forms.TextInput({"autocapitalize": "none"})
    )
    role = forms.ChoiceField(label=_("角色"))
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(roles)  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """A role the centre grants to a person."""

    role = forms.ChoiceField(label=_("角色"))
    uscc = forms.CharField(
        label=_("所代表单位的统一社会信用代码"),
        help_text=_("评审专家和社会监督员由本人担任，不填。"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"list": "organisations", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=_("依据或原因"), max_length=200)

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(roles)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The end of a role, with the reason."""

    role = forms.CharField(max_length=20)
    uscc = forms.CharField(max_length=18, required=False)
    reason = forms.CharField(max_length=200, required=False)


class ContactForm(forms.Form):
    """One's own telephone and mail address."""

    phone = forms.CharField(
        label=_("手机"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.CharField(
        label=_("邮箱"),
        max_length=254,
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("当前密码"),
        help_text=_("只在更改邮箱时填写：忘记密码后用邮箱重设。"),
        max_length=256,
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class PeopleFilter(forms.Form):
    """Words and role that narrow the list of people."""

    q = forms.CharField(label=_("姓名、用户名或单位"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("角色"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("全部角色")), *role_choices(domain.ROLES)]
        self.fields["role"].choices = everything  # type: ignore[attr-defined]

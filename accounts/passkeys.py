"""The forms of passkeys and one-time codes, stricter than their library's.

A browser's answer is read before anything is done with it; a passkey that signs in by itself has
asked for a PIN or a finger; codes of a person are tried a few times an hour, from wherever.
"""

import struct
from collections.abc import Callable
from typing import Any, Final

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import (
    parse_authentication_response,
    parse_registration_response,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import limits

# What the library meets, one or the other, in an answer that no browser wrote.
UNREADABLE: Final = (
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


def names_its_key(answer: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a new passkey names the key it has made."""
    made = parse_registration_response(answer).response.attestation_object
    return made.auth_data.credential_data is not None


def knows_its_owner(answer: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a passkey in use has asked for a PIN or a finger."""
    used = parse_authentication_response(answer).response.authenticator_data
    return bool(used.is_user_verified())


def is_readable(answer: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a passkey's answer can be read at all."""
    return parse_authentication_response(answer) is not None


class Answer(forms.JSONField):
    """What the browser got from the passkey; refused like a wrong code if it cannot be read."""

    def __init__(self, holds: Callable[[Any], bool]) -> None:
        super().__init__(widget=forms.HiddenInput)
        self.holds = holds

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 as Django has it
        """Give the answer as JSON when it says what it must."""
        try:
            answer = super().to_python(value)
            is_good = self.holds(answer)
        except UNREADABLE:
            is_good = False
        if not is_good:
            raise get_adapter().validation_error("incorrect_code")
        return answer


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # the library gives no types
    """A passkey and what its owner calls it, with the label its library leaves in English."""

    credential = Answer(names_its_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")


class PasskeyLoginForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of name and password.

    Were a touch enough, whoever found a key that is a second step would be its owner. The library
    asks for more by the challenge only, and takes one that was given for a second step.
    """

    credential = Answer(knows_its_owner)


class PasskeyStepForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step."""

    credential = Answer(is_readable)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey that shows once more who is here."""

    credential = Answer(is_readable)


class CodeStepForm(AuthenticateForm):  # type: ignore[misc]
    """A one-time code as the second step."""

    def clean_code(self) -> str:
        """Check the code, unless so many were tried that one may have been guessed."""
        limits.consume_code(context.request, self.user)
        return str(super().clean_code())


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """A one-time code that shows once more who is here."""

    def clean_code(self) -> str:
        """Check the code, unless so many were tried that one may have been guessed."""
        limits.consume_code(context.request, self.user)
        return str(super().clean_code())

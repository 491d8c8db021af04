"""The rule on the length of a password, in words Django's own Chinese has lost."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext


class LongEnough(MinimumLengthValidator):
    """A password of so many characters."""

    def get_error_message(self) -> str:
        """Say what is wrong and how long it must be."""
        return gettext("密码太短，至少要有 %(least)d 个字符。") % {"least": self.min_length}

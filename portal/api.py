"""The API under /api/v1/: one surface over the apps' routers, with one shape of refusal.

To add an app: a line `api.add_router("", app.api.router)` below. A router's calls need a signed-in
person unless they say `auth=OPEN`.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

import accounts.api
import bidding.api
import deposits.api
import evaluation.api
import monitoring.api
import recruitment.api
import recruitment.remedies_api
import trading.api
from accounts import limits
from accounts.api import SIGNED_IN, refusal_body
from kernel.errors import DomainError, Invalid
from kernel.text import gettext_noop as _
from portal import deadlines, record_api
from portal.tools import TOOLS, Tool, parse_body

REFUSAL = {
    "description": "A refusal: its stable code, a sentence for people, and the facts in it.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "facts": {"type": "object"},
                },
                "required": ["code", "message", "facts"],
            }
        }
    },
}


class Interface(NinjaAPI):
    """The API, whose description also tells how every call may be refused."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """Describe all calls, each with the one shape of refusal."""
        schema = super().get_openapi_schema(**given)
        for calls in schema["paths"].values():
            for call in calls.values():
                call["responses"]["4XX"] = REFUSAL
        return schema


api = Interface(
    title=settings.SITE_NAME,
    version="v1",
    urls_namespace="api",
    description=(
        "每一项操作都与网页使用同一套服务与规则。先用 POST /api/v1/token 换取令牌，"
        "再以 `Authorization: Bearer <token>` 调用；被拒绝时返回 "
        '{"code", "message", "facts"}，code 永不改变。'
    ),
    auth=SIGNED_IN,
    docs_url="/docs",
)
api.add_router("", accounts.api.router)
api.add_router("", bidding.api.router)
api.add_router("", deposits.api.router)
api.add_router("", evaluation.api.router)
api.add_router("", monitoring.api.router)
api.add_router("", recruitment.api.router)
api.add_router("", recruitment.remedies_api.router)
api.add_router("", trading.api.router)
api.add_router("", record_api.router)
api.add_router("", deadlines.router)
tools = Router(tags=["tools"], auth=None)
api.add_router("/tools", tools)


def offer(name: str, tool: Tool) -> None:
    """Offer a pure tool: the same JSON body in and out as on the command line."""

    def answer(request: HttpRequest) -> dict[str, object]:
        limits.consume(request, "tools")
        try:
            text = request.body.decode()
        except UnicodeDecodeError as wrong:
            raise Invalid("input.not_json", _("输入不是有效的 JSON。")) from wrong
        return tool(parse_body(text))

    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    tools.post(
        f"/{name}",
        summary=(tool.__doc__ or name).splitlines()[0],
        operation_id=f"tool_{name}",
        openapi_extra={"requestBody": body},
    )(answer)


for named, function in TOOLS.items():
    offer(named, function)


def refused(
    request: HttpRequest, status: int, code: str, message: str, facts: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer a refusal in the one shape."""
    body = {"code": code, "message": message, "facts": facts or {}}
    return api.create_response(request, body, status=status)


@api.exception_handler(DomainError)
def on_refusal(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Answer that a rule said no."""
    return api.create_response(request, refusal_body(refusal), status=refusal.status)


@api.exception_handler(ValidationError)
def on_malformed(request: HttpRequest, malformed: ValidationError) -> HttpResponse:
    """Answer that body or parameters do not have the described form, and where."""
    errors = [
        {"where": ".".join(str(step) for step in error["loc"]), "why": error["msg"]}
        for error in malformed.errors
    ]
    message = gettext("请求内容不符合接口说明，请按 facts.errors 逐项改正。")
    return refused(request, 422, "request.malformed", message, {"errors": errors})


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, _stranger: AuthenticationError) -> HttpResponse:
    """Answer that nobody has signed in, or that the token is over."""
    message = gettext("请先登录，或重新换取令牌。")
    answer = refused(request, 401, "request.not_signed_in", message)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def on_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer that the request cannot be read, or comes from another site."""
    if error.status_code == 403:  # noqa: PLR2004 - ninja's only 403 is a failed CSRF check
        message = gettext("缺少或过期的 CSRF 令牌，请刷新页面后再试。")
        return refused(request, 403, "request.csrf", message)
    message = gettext("请求无法读取：应为 JSON。")
    return refused(request, error.status_code, "request.unreadable", message)


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, _missing: Http404) -> HttpResponse:
    """Answer that there is no such thing."""
    return refused(request, 404, "request.missing", gettext("没有这个内容。"))


@api.exception_handler(RequestDataTooBig)
def on_too_large(request: HttpRequest, _large: RequestDataTooBig) -> HttpResponse:
    """Answer that the body is larger than anything the API takes."""
    return refused(request, 413, "request.too_large", gettext("请求内容过大。"))

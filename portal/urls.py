"""Addresses of the pages that show several apps, and of the API."""

from django.conf import settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from portal import deadlines, desk, dossier, gallery, halls, record, toolbox, verification, views
from portal.api import api
from trading import codes  # noqa: F401 - makes <code:…> known

urlpatterns = [
    path("", views.home, name="home"),
    path("tenders/<code:code>/", dossier.tender, name="tender"),
    path("tenders/<code:code>/record/", record.record, name="tender_record"),
    path("tenders/<code:code>/record.json", record.bundle_file, name="tender_bundle"),
    path("verify/", verification.verify, name="verify"),
    path("verify/document/", verification.document, name="verify_document"),
    path("verify/fact/", verification.fact, name="verify_fact"),
    path("verify/log/", verification.log, name="verify_log"),
    path("verify/log/checkpoint.txt", verification.checkpoint, name="log_checkpoint"),
    path("verify/log/<int:size>.txt", verification.checkpoint, name="log_checkpoint_at"),
    path("verify/papers/<slug:kind>/<str:subject>/", verification.paper_check, name="paper_check"),
    path("papers/<slug:digest>.pdf", verification.paper_file, name="paper_file"),
    path("tools/", toolbox.tools, name="tools"),
    path("tools/evaluate/", toolbox.evaluate, name="tool_evaluate"),
    path("tools/evaluate/json/", toolbox.tool, {"name": "evaluate"}, name="tool_evaluate_json"),
    path("tools/<slug:name>/", toolbox.tool, name="tool"),
    path("halls/", halls.halls, name="halls"),
    path("halls/<str:code>/<slug:stage>/", halls.hall, name="hall"),
    path("desk/", desk.desk, name="desk"),
    path("deadlines/", deadlines.calendar, name="deadlines"),
    path("api/v1/clock", views.clock, name="clock"),
    path("api/v1/", api.urls),
    # No token: every public page would differ for it, and another site could change a language
    # only.
    path("language/", csrf_exempt(set_language), name="set_language"),
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", gallery.gallery, name="gallery"))

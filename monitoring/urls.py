"""Addresses of the monitoring pages."""

from django.urls import URLPattern, path

from monitoring.views import hall, leads, observations, ratings, sheets, supervisors, video
from trading import codes  # noqa: F401 - makes <code:…> known

HALL = "halls/<str:code>/<slug:stage>"
VIDEO = f"{HALL}/video/<str:token>"
ONE = "supervisors/<int:pk>"
OBSERVATION = "observations/<str:number>"

urlpatterns: list[URLPattern] = [
    path(f"{VIDEO}.m3u8", video.playlist, name="video"),
    path(f"{VIDEO}/<int:sequence>.m4s", video.segment, name="video_segment"),
    path(f"{VIDEO}/init-<int:run>.mp4", video.init, name="video_init"),
    path(f"{VIDEO}.captions.vtt", video.captions, name="video_captions"),
    path(f"{VIDEO}.chapters.vtt", video.chapters, name="video_chapters"),
    path(f"{VIDEO}.vtt", video.marks, name="video_marks"),
    path(f"{VIDEO}.json", video.trail, name="video_trail"),
    path(f"{HALL}/timeline/", hall.timeline, name="timeline"),
    path(f"{HALL}/recordings/index.pdf", sheets.recording_index, name="recording_index"),
    path(f"{HALL}/camera/", hall.part, {"name": "camera"}, name="hall_camera"),
    path(f"{HALL}/observations/", hall.part, {"name": "observations"}, name="hall_observations"),
    path(f"{HALL}/panel/", hall.part, {"name": "panel"}, name="hall_panel"),
    path(f"{HALL}/observe/", hall.file_observation, name="file_observation"),
    path(f"{HALL}/supervision/", hall.assignment, name="assignment"),
    path(f"{HALL}/supervision/freeze/", hall.freeze_pool, name="freeze_supervisors"),
    path(f"{HALL}/supervision/draw/", hall.draw, name="draw_supervisors"),
    path(f"{HALL}/supervision/recuse/", hall.recuse, name="recuse_supervisor"),
    path(f"{HALL}/supervision/sign-in/", hall.sign_in, name="supervisor_sign_in"),
    path(f"{HALL}/supervision/evaluation/", hall.evaluation, name="supervised_evaluation"),
    path("satisfaction/", ratings.satisfaction, name="satisfaction"),
    path("tenders/<code:code>/rate/", ratings.rate_service, name="rate_service"),
    path("supervisors/", supervisors.supervisor_list, name="supervisors"),
    path("supervisors/nominate/", supervisors.nominate, name="nominate_supervisor"),
    path(f"{ONE}/", supervisors.supervisor, name="supervisor"),
    path(f"{ONE}/letter.pdf", supervisors.letter, name="supervisor_letter"),
    path(f"{ONE}/vet/", supervisors.vet, name="vet_supervisor"),
    path(f"{ONE}/agree/", supervisors.agree, name="agree_supervisor"),
    path(f"{ONE}/appoint/", supervisors.appoint, name="appoint_supervisor"),
    path(f"{ONE}/suspend/", supervisors.suspend, name="suspend_supervisor"),
    path(f"{ONE}/resume/", supervisors.resume, name="resume_supervisor"),
    path(f"{ONE}/resign/", supervisors.resign, name="resign_supervisor"),
    path(f"{ONE}/dismiss/", supervisors.dismiss, name="dismiss_supervisor"),
    path(f"{OBSERVATION}/", observations.observation, name="observation"),
    path(f"{OBSERVATION}/sheet.pdf", sheets.observation_sheet, name="observation_sheet"),
    path(f"{OBSERVATION}/thread/", observations.thread, name="observation_thread"),
    path(f"{OBSERVATION}/answer/", observations.answer, name="answer_observation"),
    path(f"{OBSERVATION}/accept/", observations.accept, name="accept_observation"),
    path(f"{OBSERVATION}/contest/", observations.contest, name="contest_observation"),
    path("leads/", leads.file_lead, name="file_lead"),
    path("leads/follow/", leads.follow_lead, name="follow_lead"),
    path("leads/follow/add/", leads.add_to_lead, name="add_to_lead"),
    path("leads/inbox/", leads.leads_inbox, name="leads_inbox"),
    path("leads/inbox/<str:number>/", leads.lead, name="lead"),
    path(f"{OBSERVATION}/rule/", observations.rule, name="rule_observation"),
]

"""Addresses of the accounts pages."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/register/", views.register, name="register"),
    path("organisations/new/", views.register_organisation, name="register_organisation"),
    path("organisations/<str:uscc>/", views.organisation, name="organisation"),
    path("organisations/<str:uscc>/change/", views.change_organisation, name="change_organisation"),
    path("organisations/<str:uscc>/people/new/", views.register_staff, name="register_staff"),
    path("organisations/<str:uscc>/people/", views.add_colleague, name="add_colleague"),
    path(
        "organisations/<str:uscc>/administrator/",
        views.appoint_administrator,
        name="appoint_administrator",
    ),
    path("people/", views.people, name="people"),
    path("people/register/", views.register_oneself, name="register_oneself"),
    path("people/new/", views.register_person, name="register_person"),
    path("people/<str:username>/", views.person, name="person"),
    path("people/<str:username>/roles/", views.grant_role, name="grant_role"),
    path("people/<str:username>/roles/end/", views.end_role, name="end_role"),
    path("accesses/", views.accesses, name="accesses"),
    path("account/", views.account, name="account"),
    path("account/tokens/revoke/", views.revoke_tokens, name="revoke_tokens"),
]

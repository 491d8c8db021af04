// Says in words what the library of passkeys tells the console alone: that nothing has come of it.

document.addEventListener("allauth.error", (event) => {
  const told = document.querySelector("#passkey-trouble");
  if (!(told instanceof HTMLTemplateElement)) return;
  event.preventDefault();
  document.querySelector("#toasts")?.replaceChildren(told.content.cloneNode(true));
});

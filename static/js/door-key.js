// A door link carries its key behind the #, which browsers never send: hand it over once, then forget it.
const secret = location.hash.slice(1);
const form = document.getElementById("key-form");

if (secret) {
  history.replaceState(null, "", location.pathname);
  form.elements.key.value = secret;
  form.submit();
}

// Sending a batch of edits. Who has signed in anew in another window has another token: it is fetched, and the batch sent once more.

const TOKEN = 'hx-headers:inherited';

const post = (address, body) =>
  fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...JSON.parse(document.body.getAttribute(TOKEN)) },
    body: JSON.stringify(body),
  });

// Take the token of this page as the server would give it now; false where nobody is signed in.
async function renew() {
  const answer = await fetch(window.location.href, { headers: { Accept: 'text/html' } });
  const { body } = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (!answer.ok || body.dataset.user !== document.body.dataset.user) return false;
  document.body.setAttribute(TOKEN, body.getAttribute(TOKEN));
  return true;
}

export async function send(address, body) {
  const answer = await post(address, body);
  return [401, 403].includes(answer.status) && (await renew()) ? post(address, body) : answer;
}

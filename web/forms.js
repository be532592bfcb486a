// Forms are sent once, and what somebody typed is not lost when it could not be taken: her session had ended, or the answer was a failure.
// It stays in this tab alone, until the next page that is neither, and comes back only for the same person.
// Going back after something was sent shows what stands now: neither what was typed nor the browser's question whether to send it again.
const KEY = 'typed';
const AGAIN = 4000; // milliseconds after which the same form may be sent again, for one that brings a file
let sent = false;
const here = () => window.location.pathname + window.location.search;

const kept = () => JSON.parse(window.sessionStorage.getItem(KEY) || 'null');
const keep = (typed) => window.sessionStorage.setItem(KEY, JSON.stringify(typed));
const forget = () => window.sessionStorage.removeItem(KEY);

const shown = (form) => [...form.elements].filter((one) => one.name && !['hidden', 'file', 'password', 'submit', 'button'].includes(one.type));
const ticked = (one) => !['checkbox', 'radio'].includes(one.type) || one.checked;

function fill(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) || []), value]);
  for (const one of shown(form)) {
    if (['checkbox', 'radio'].includes(one.type)) one.checked = (values.get(one.name) || []).includes(one.value);
    else if (one.multiple) for (const option of one.options) option.selected = (values.get(one.name) || []).includes(option.value);
    else one.value = (values.get(one.name) || ['']).shift() ?? '';
  }
}

function restore() {
  const { user, restored } = document.body.dataset;
  const typed = kept();
  if (!typed) return;
  const failure = document.querySelector('[data-failure]');
  if (!user || failure) {
    keep({ ...typed, interrupted: true });
    const back = failure?.querySelector('a[data-back]');
    if (back) {
      back.href = typed.page;
      back.hidden = false;
    }
  } else if (!typed.interrupted || typed.user !== user) forget();
  else if (typed.page === here()) {
    const form = [...document.forms].find((one) => one.action === typed.action && one.method === 'post');
    forget();
    if (!form) return;
    fill(form, typed.fields);
    const message = document.createElement('p');
    message.className = 'message warning';
    message.textContent = restored;
    document.getElementById('messages').append(message);
  }
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = '1';
  form.autocomplete = 'off'; // the browser fills it in no more when somebody comes back to it
  sent = true;
  window.setTimeout(() => delete form.dataset.sent, AGAIN);
  const { user } = document.body.dataset;
  const fields = shown(form).filter(ticked).flatMap((one) => (one.multiple ? [...one.selectedOptions].map((o) => [one.name, o.value]) : [[one.name, one.value]]));
  if (user && fields.length) keep({ user, page: here(), action: form.action, fields });
});
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  if (sent) window.location.reload();
  else for (const form of document.forms) delete form.dataset.sent;
});
// A page that answers a form takes the address of the page that showed it: it can be loaded again, and gone back to.
if ('answer' in document.body.dataset) {
  const from = document.referrer.startsWith(`${window.location.origin}/`) ? document.referrer : window.location.href;
  window.history.replaceState(null, '', from);
}
// On a phone a list comes before its filters, which are opened by who wants them.
if (window.matchMedia('(max-width: 40rem)').matches) for (const one of document.querySelectorAll('details.filtering')) one.open = false;
restore();
